namespace Loci.Studies.Statistics;

/// <summary>A number measured on a sample, with its 95 % confidence interval.</summary>
/// <param name="Value">The estimate; NaN where the sample is empty.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Count">Size of the sample.</param>
public readonly record struct Estimate(double Value, double Low, double High, long Count)
{
    private const double Z = 1.959963984540054;     // Φ⁻¹(0.975)
    private const int Resamples = 2000;

    /// <summary>No sample.</summary>
    public static Estimate None { get; } = new(double.NaN, double.NaN, double.NaN, 0);

    /// <summary>A share k/n with Wilson's score interval (Wilson 1927), which stays in [0, 1] and holds for small n.</summary>
    public static Estimate Share(long k, long n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        if (n == 0) return None;
        double p = (double)k / n, z2 = Z * Z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
        return new(p, k == 0 ? 0 : Math.Max(0, centre - half), k == n ? 1 : Math.Min(1, centre + half), n);
    }

    /// <summary>A mean with the percentile bootstrap's interval over 2,000 resamples (Efron 1979).</summary>
    /// <param name="values">Independent observations: one number a cell or a prefix, never repeats of one.</param>
    /// <param name="seed">Decides the resamples.</param>
    public static Estimate Mean(ReadOnlySpan<double> values, int seed)
    {
        if (values.Length == 0) return None;
        double mean = Sum(values) / values.Length;
        var random = new Random(seed);
        double[] means = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++) sum += values[random.Next(values.Length)];
            means[r] = sum / values.Length;
        }
        Array.Sort(means);
        // Rounding aside the mean lies inside; a constant sample must give a point.
        return new(mean, Math.Min(mean, means[Resamples / 40]), Math.Max(mean, means[Resamples - 1 - Resamples / 40]), values.Length);
    }

    /// <summary>A ratio of sums, Σ numerators / Σ denominators, with the bootstrap's interval over whole pairs.</summary>
    /// <remarks>For shares of things that come in clusters, such as the layers of one prefix: a cluster is one pair.</remarks>
    /// <param name="numerators">One number a cluster.</param>
    /// <param name="denominators">As many, none negative. Their sum is the estimate's count.</param>
    /// <param name="seed">Decides the resamples.</param>
    public static Estimate Ratio(ReadOnlySpan<double> numerators, ReadOnlySpan<double> denominators, int seed)
    {
        if (numerators.Length != denominators.Length)
            throw new ArgumentException($"{denominators.Length} denominators for {numerators.Length} numerators", nameof(denominators));
        double all = Sum(denominators);
        if (all == 0) return None;
        double ratio = Sum(numerators) / all;
        var random = new Random(seed);
        List<double> ratios = new(Resamples);
        for (int r = 0; r < Resamples; r++)
        {
            double above = 0, below = 0;
            for (int i = 0; i < numerators.Length; i++)
            {
                int drawn = random.Next(numerators.Length);
                above += numerators[drawn];
                below += denominators[drawn];
            }
            if (below > 0) ratios.Add(above / below);                   // a resample of empty clusters says nothing
        }
        ratios.Sort();
        return new(ratio, Math.Min(ratio, ratios[ratios.Count / 40]), Math.Max(ratio, ratios[^(1 + ratios.Count / 40)]), (long)Math.Round(all));
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }
}
