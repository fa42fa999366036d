using System.Text.Json;
using Loci.Tests;

namespace Loci.Cli.Tests;

public class DemoTests
{
    [Theory]
    [InlineData("demo", 0.7)]
    [InlineData("demo-gated", 0.7, "--gated")]
    [InlineData("demo-delta", 0.5, "--delta")]
    public void The_demo_shows_cells_of_both_kinds_and_leaves_an_atlas(string model, double known,
        params string[] option)
    {
        using var folder = new TemporaryFolder();
        string atlas = folder["a.atlas"];
        var outcome = Tool.Run(["demo", "--out", atlas, "--json", .. option]);
        Assert.True(outcome.Code == 0, outcome.Error);
        var shown = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(model, shown.GetProperty("model").GetString());
        Assert.True(shown.GetProperty("right").GetInt32() >= known * shown.GetProperty("questions").GetInt32(),
            outcome.Out);
        Assert.True(shown.GetProperty("semantic").GetProperty("topic_purity").GetDouble() >= 0.9);
        // What is headlined is counted in the table below it.
        string verdict = shown.GetProperty("semantic").GetProperty("verdict").GetString()!;
        Assert.Contains(shown.GetProperty("layers").EnumerateArray(),
            layer => layer.GetProperty(verdict).GetDouble() > 0);
        string cell = shown.GetProperty("shallow").GetProperty("cell").GetString()!;
        Assert.True(shown.GetProperty("trace").GetProperty("cells_for").GetArrayLength() > 0);

        var card = Tool.Run("atlas", "show", atlas, cell);
        Assert.True(card.Code == 0, card.Error);
        Assert.Contains(cell, card.Out);

        // The second time finds the text it wrote, and nothing else stays behind.
        Assert.Equal(
            0, Tool.Run("atlas", "build", model, "--unit", "line", "--max-sentences", "50", "--out", atlas,
                "--force").Code);
        Assert.Equal(["a.atlas", "a.corpus.txt"], folder.Names);
    }

    [Fact]
    public void Two_models_at_once_are_refused() => Assert.Equal(2, Tool.Run("demo", "--gated", "--delta").Code);

    [Fact]
    public void A_text_that_is_in_the_way_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.corpus.txt"], "mine\n");
        var outcome = Tool.Run("demo", "--out", folder["a.atlas"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("a.corpus.txt is there already", outcome.Error);
        Assert.Equal("mine\n", File.ReadAllText(folder["a.corpus.txt"]));
    }
}
