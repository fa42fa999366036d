namespace Loci.Studies.Statistics;

/// <summary>A number measured on a sample, with its 95 % confidence interval.</summary>
/// <param name="Value">The estimate; NaN where the sample is empty.</param>
/// <param name="Low">Lower end of the interval; NaN where the sample has fewer than two independent units and nothing
/// can be said.</param>
/// <param name="High">Upper end of the interval, likewise.</param>
/// <param name="Count">Size of the sample.</param>
/// <param name="Unit">What of the sample is independent: what the interval is taken over.</param>
/// <param name="Units">How many of those there are, of the fewer kind where two cross; 0: as many as the sample has
/// observations.</param>
public readonly record struct Estimate(
    double Value, double Low, double High, long Count, SampleUnit Unit = SampleUnit.Observations, int Units = 0)
{
    private const double Z = 1.959963984540054;     // Φ⁻¹(0.975)

    /// <summary>No sample.</summary>
    public static Estimate None { get; } = new(double.NaN, double.NaN, double.NaN, 0);

    /// <summary>
    /// A share k/n of independent observations with Wilson's score interval (Wilson 1927), which stays in [0, 1] and
    /// holds for small n.
    /// </summary>
    public static Estimate Share(long k, long n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        if (n == 0) return None;
        var (low, high) = Wilson((double)k / n, n, Z);
        return new((double)k / n, low, high, n);
    }

    /// <summary>
    /// A share of observations that come in units, with Wilson's interval for as many independent ones as would vary as
    /// much (Korn and Graubard 1998). Where none or all hold, nothing varies, and each unit counts as one observation.
    /// </summary>
    /// <param name="holds">Whether it holds of an observation.</param>
    /// <param name="units">Where the observations come from.</param>
    public static Estimate Share(IReadOnlyList<bool> holds, Units units) =>
        Share([.. holds.Select(h => h ? 1.0 : 0)], [.. holds.Select(_ => 1.0)], units, most: holds.Count);

    /// <summary>A mean of numbers in [0, 1], such as a share of each cell's triggers; its interval never leaves that
    /// range.</summary>
    /// <param name="shares">Numbers from 0 to 1.</param>
    /// <param name="units">Where they come from.</param>
    public static Estimate MeanShare(IReadOnlyList<double> shares, Units units) =>
        Share([.. shares], [.. shares.Select(_ => 1.0)], units, most: double.PositiveInfinity);

    /// <summary>
    /// Σ numerators / Σ denominators where it is a share: of things that an observation holds several of, such as the
    /// layers of one prefix. The denominators' sum is the estimate's count.
    /// </summary>
    /// <param name="numerators">One number an observation, from 0 to its denominator.</param>
    /// <param name="denominators">As many, none negative.</param>
    /// <param name="units">Where the observations come from.</param>
    public static Estimate Share(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators, Units units) =>
        Share([.. numerators], [.. denominators], units, most: denominators.Sum());

    /// <summary>A mean of any numbers.</summary>
    /// <param name="values">One an observation.</param>
    /// <param name="units">Where the observations come from.</param>
    public static Estimate Mean(IReadOnlyList<double> values, Units units) =>
        Mean([.. values], [.. values.Select(_ => 1.0)], units, values.Count);

    /// <summary>The mean over cells of each cell's mean; the count is that of cells.</summary>
    /// <param name="values">One an observation, of any numbers.</param>
    /// <param name="units">Where the observations come from; cells among them.</param>
    public static Estimate MeanOfCells(IReadOnlyList<double> values, Units units)
    {
        double[] weights = units.CellWeights();
        return Mean(
            [.. values.Zip(weights, (value, weight) => value * weight)], weights, units,
            (long)Math.Round(weights.Sum()));
    }

    /// <summary>The mean over cells of each cell's share; the count is that of cells, the interval stays in [0,
    /// 1].</summary>
    /// <param name="shares">One an observation, from 0 to 1.</param>
    /// <param name="units">Where the observations come from; cells among them.</param>
    public static Estimate ShareOfCells(IReadOnlyList<double> shares, Units units)
    {
        double[] weights = units.CellWeights();
        return Share(
            [.. shares.Zip(weights, (share, weight) => share * weight)], weights, units, most: double.PositiveInfinity);
    }

    private static Estimate Mean(double[] y, double[] w, Units units, long count)
    {
        if (y.Length == 0) return None;
        var (value, variance, clusters, independent) = Ratio(y, w, units);
        double half = StudentT.Percentile975(clusters - 1) * Math.Sqrt(variance);
        return new(value, value - half, value + half, count, units.Unit, independent);
    }

    private static Estimate Share(double[] y, double[] w, Units units, double most)
    {
        double all = w.Sum();
        if (all == 0) return None;
        var (p, variance, clusters, independent) = Ratio(y, w, units);
        p = Math.Clamp(p, 0, 1);
        long count = (long)Math.Round(all);
        if (units.Unit == SampleUnit.Observations && double.IsFinite(most))
            return Share((long)Math.Round(p * most), (long)Math.Round(most)) with { Units = units.Count };
        if (independent < 2) return new(p, double.NaN, double.NaN, count, units.Unit, independent);
        double t = StudentT.Percentile975(clusters - 1);
        bool constant = p is 0 or 1;
        double n = constant ? Math.Min(most, clusters) : variance > 0 ? Math.Min(most, p * (1 - p) / variance) : most;
        var (low, high) = double.IsPositiveInfinity(n) ? (p, p) : Wilson(p, n, t);
        return new(p, low, high, count, units.Unit, independent);
    }

    private static (double Value, double Variance, double Clusters, int Units) Ratio(
        double[] y, double[] w, Units units)
    {
        if (y.Length != units.Count || w.Length != units.Count)
            throw new ArgumentException(
                $"{y.Length} numbers and {w.Length} weights for a sample of {units.Count}.", nameof(units));
        double sum = w.Sum(), value = y.Sum() / sum;
        double[] e = new double[y.Length];
        for (int i = 0; i < e.Length; i++) e[i] = (y[i] - value * w[i]) / sum;
        var (variance, clusters, independent) = units.Variance(e, w);
        return (value, variance, clusters, independent);
    }

    private static (double Low, double High) Wilson(double p, double n, double z)
    {
        double z2 = z * z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return (p == 0 ? 0 : Math.Max(0, centre - half), p == 1 ? 1 : Math.Min(1, centre + half));
    }
}
