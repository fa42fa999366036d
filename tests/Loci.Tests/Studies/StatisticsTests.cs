using CsCheck;
using Loci.Studies.Statistics;

namespace Loci.Tests.Studies;

public class StatisticsTests
{
    [Fact]
    public void A_ratio_of_ones_is_a_mean() => Gen.Double[-1, 1].Array[1, 30].Sample(values =>
        Assert.Equal(Estimate.Mean(values, 4), Estimate.Ratio(values, [.. values.Select(_ => 1.0)], 4)));

    [Fact]
    public void The_interval_of_a_ratio_sees_clusters()
    {
        // Ten clusters of 100 that agree among themselves: ten observations, not a thousand.
        double[] of = [.. Enumerable.Repeat(100.0, 10)], half = [.. Enumerable.Range(0, 10).Select(i => i % 2 * 100.0)];
        var clustered = Estimate.Ratio(half, of, seed: 1);
        Assert.Equal((0.5, 1000), (clustered.Value, clustered.Count));
        Assert.True(clustered.High - clustered.Low > 5 * (Estimate.Share(500, 1000).High - Estimate.Share(500, 1000).Low));
        Assert.Equal(0, Estimate.Ratio([0, 0], [0, 0], 1).Count);
        Assert.Equal(new Estimate(0.5, 0.5, 0.5, 4), Estimate.Ratio([0, 2, 0], [0, 4, 0], 1));     // resamples of empty clusters say nothing
        Assert.Throws<ArgumentException>(() => Estimate.Ratio([1], [1, 2], 1));
    }

    [Fact]
    public void Quartiles_are_those_of_numpy()
    {
        Assert.Equal(new Quartiles(1.75, 2.5, 3.25), Quartiles.Of([4, 1, 3, 2]));       // numpy.percentile([1, 2, 3, 4], [25, 50, 75])
        Assert.Equal(new Quartiles(7, 7, 7), Quartiles.Of([7]));
        Assert.True(double.IsNaN(Quartiles.Of([]).Median));
        Assert.Equal(9.5, Quartiles.At([0, 10], 0.95), 12);
    }
}
