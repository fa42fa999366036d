using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.FastWeights;

public class InterferenceCurveTests
{
    [Theory]
    [InlineData("sum")]
    [InlineData("delta")]
    public void Orthogonal_keys_are_read_exactly_up_to_the_bound_and_not_beyond(string rule)
    {
        const int Size = 16;
        InterferencePoint[] points =
            Measure(Size, KeyDirections.Orthogonal, [1, Size, Size + 4], UpdateRule.Named(rule));
        Assert.True(points[0].Error.High < 1e-5 && points[1].Error.High < 1e-5); // float32, 16 writes
        Assert.True(points[2].Error.Low > 0.1);
        Assert.Equal(1, points[1].Nearest.Mean);
    }

    [Fact]
    public void Correlated_keys_interfere_more()
    {
        Interval random = Measure(16, KeyDirections.Random, [8])[0].Error,
            correlated = Measure(16, KeyDirections.Correlated, [8])[0].Error;
        Assert.True(correlated.Low > random.High, $"{correlated} against {random}");
    }

    [Fact]
    public void Random_keys_interfere_as_the_dimension_says()
    {
        // By the sum rule a read of unit keys is v + Σ cos·v', of N − 1 others: an error of √((N − 1)/d).
        Interval error = Measure(64, KeyDirections.Random, [33], UpdateRule.Sum)[0].Error;
        Assert.InRange(Math.Sqrt(32 / 64.0), error.Low - 0.02, error.High + 0.02);
    }

    [Fact]
    public void Random_features_are_no_copies_of_the_keys()
    {
        // Of one stream, the first projections were the first keys, and FAVOR+ read four pairs all but exactly.
        const int Size = 64;
        var setting = new InterferenceSetting(Size, KeyDirections.Random) { Draws = 4 };
        Interval error = InterferenceCurve.Measure(
            features => new(Size, Size) { Map = new Favor(Size, Size, features) }, setting, [4])[0].Error;
        Interval others = InterferenceCurve.Measure(
            features => new(Size, Size) { Map = new Favor(Size, Size, features + 1) }, setting, [4])[0].Error;
        Assert.InRange(error.Mean, 0.2, 0.8);
        Assert.InRange(others.Mean, error.Low - 0.1, error.High + 0.1);
    }

    [Fact]
    public void A_gate_is_given_to_the_rule_that_takes_one()
    {
        Interval Error(UpdateRule rule, float gate) => InterferenceCurve.Measure(
            _ => new(16, 16) { Rule = rule }, new(16, KeyDirections.Orthogonal) { Gate = gate, Draws = 2 },
            [8])[0].Error;
        Assert.Equal(Error(UpdateRule.Delta, 1), Error(UpdateRule.GatedDelta, 1));
        Assert.Equal(Error(UpdateRule.Delta, 1), Error(UpdateRule.Delta, 0.5f));
        // The pair written a writes ago is read as α^a of itself.
        double expected = Math.Sqrt(Enumerable.Range(0, 8).Average(a => Math.Pow(1 - Math.Pow(0.9, a), 2)));
        Assert.Equal(expected, Error(UpdateRule.GatedDelta, 0.9f).Mean, 1e-5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_curve_and_softmax_keeps_every_pair()
    {
        var setting = new InterferenceSetting(16, KeyDirections.Random) { Draws = 3 };
        Assert.Equal(InterferenceCurve.MeasureSoftmax(setting, [4, 64]),
            InterferenceCurve.MeasureSoftmax(setting, [4, 64]));
        Assert.NotEqual(
            InterferenceCurve.MeasureSoftmax(setting, [4])[0].Error,
            InterferenceCurve.MeasureSoftmax(setting with { Seed = 2 }, [4])[0].Error);
        Assert.Throws<ArgumentException>(() => InterferenceCurve.MeasureSoftmax(setting, [4, 4]));
    }

    private static InterferencePoint[] Measure(int size, KeyDirections keys, int[] counts, UpdateRule? rule = null) =>
        InterferenceCurve.Measure(_ => new(size, size) { Rule = rule ?? UpdateRule.Delta }, new(size, keys), counts);
}
