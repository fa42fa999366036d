using Loci.Memory.FastWeights;

namespace Loci.Memory.Tests.FastWeights;

public class InterferenceCurveTests
{
    [Theory]
    [InlineData("sum")]
    [InlineData("delta")]
    public void Orthogonal_keys_are_read_exactly_up_to_the_bound_and_not_beyond(string rule)
    {
        const int Size = 16;
        InterferencePoint[] points = InterferenceCurve.Measure(new(Size, Size) { Rule = UpdateRule.Named(rule) }, KeyDirections.Orthogonal, [1, Size, Size + 4]);
        Assert.True(points[0].Error < 1e-5 && points[1].Error < 1e-5); // float32, 16 writes
        Assert.True(points[2].Error > 0.1);
        Assert.Equal(1, points[1].Nearest);
    }

    [Fact]
    public void Correlated_keys_interfere_more()
    {
        var options = new FastWeightOptions(16, 16);
        double random = InterferenceCurve.Measure(options, KeyDirections.Random, [8])[0].Error;
        double correlated = InterferenceCurve.Measure(options, KeyDirections.Correlated, [8])[0].Error;
        Assert.True(correlated > random, $"{correlated} against {random}");
    }
}
