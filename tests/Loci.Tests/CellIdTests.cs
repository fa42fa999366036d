using Loci.Memory.Recall;

namespace Loci.Tests;

public class CellIdTests
{
    [Theory]
    [InlineData("L12/2601", 12, 2601, Pole.Positive)]
    [InlineData("l0/7-", 0, 7, Pole.Negative)]
    public void Reads_what_people_type(string text, int layer, int index, Pole pole)
    {
        Assert.True(CellId.TryParse(text, out var cell));
        Assert.Equal(new CellId(layer, index, pole), cell);
        Assert.Equal(text.ToUpperInvariant(), cell.ToString());
    }

    [Theory]
    [InlineData(""), InlineData("L"), InlineData("L1"), InlineData("L/1"), InlineData("L1/"), InlineData("L-1/2")]
    [InlineData("L1/2--"), InlineData("L1/99999999999"), InlineData("X1/2"), InlineData("L1 /2")]
    public void Refuses_the_rest(string text) => Assert.False(CellId.TryParse(text, out _));
}
