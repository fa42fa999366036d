using Loci.Memory.Numerics;

namespace Loci.Training.Tests;

public class IntervalTests
{
    [Fact]
    public void Three_values_by_hand()
    {
        // Mean 12; deviations −2, 0, 2: variance 8/2 = 4; 4.3027 · √(4/3) = 4.9683.
        var interval = Interval.Of([10.0, 12, 14]);
        Assert.Equal(12, interval.Mean);
        Assert.Equal(4.9683, interval.Half, 1e-4);
        Assert.Equal((12 - interval.Half, 12 + interval.Half, 3), (interval.Low, interval.High, interval.Count));
        Assert.Equal("12.00 ± 4.97", interval.Text("0.00"));
    }

    [Fact]
    public void One_value_has_no_interval_and_none_no_mean()
    {
        Assert.Equal("3.5", Interval.Of([3.5]).Text("0.0"));
        Assert.True(double.IsNaN(Interval.Of([3.5]).Half));
        Assert.Equal("–", Interval.Of([]).Text("0.0"));
    }

    [Theory] // From printed tables of the distribution.
    [InlineData(1, 12.7062), InlineData(2, 4.3027), InlineData(7, 2.3646), InlineData(30, 2.0423),
        InlineData(31, 2.0395), InlineData(60, 2.0003), InlineData(120, 1.9799)]
    public void Quantiles_of_Student(int freedom, double quantile) =>
    Assert.Equal(quantile, Interval.Quantile(freedom), 1e-4);

    [Fact]
    public void Quantiles_are_where_the_distribution_says()
    {
        // The density integrated from −t to t, for every degree of freedom that the table or the expansion answers.
        for (int freedom = 1; freedom <= 60; freedom++)
        {
            double t = Interval.Quantile(freedom), sum = 0;
            const int Steps = 20_000;
            for (int i = 0; i <= Steps; i++)
            {
                double x = t * i / Steps, weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
                sum += weight * Math.Pow(1 + x * x / freedom, -(freedom + 1) / 2.0);
            }
            // Γ((ν+1)/2)/Γ(ν/2): 1/√π for ν = 1, and from ν to ν + 1 the quotient q becomes ν/(2q).
            double quotient = 1 / Math.Sqrt(Math.PI);
            for (int v = 1; v < freedom; v++) quotient = v / (2 * quotient);
            Assert.Equal(0.95, 2 * sum * t / Steps / 3 * quotient / Math.Sqrt(freedom * Math.PI), 2e-5);
        }
    }
}
