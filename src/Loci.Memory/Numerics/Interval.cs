namespace Loci.Memory.Numerics;

/// <summary>
/// A mean with its 95 % confidence interval: Student's t, for few independent values that scatter normally.
/// </summary>
/// <param name="Mean">NaN of no values.</param>
/// <param name="Half">Half the interval's width; NaN of a single value, which tells nothing about scatter.</param>
/// <param name="Count">Values.</param>
public readonly record struct Interval(double Mean, double Half, int Count)
{
    // The 97.5 % quantiles for 1 to 30 degrees of freedom.
    private static readonly double[] s_quantiles =
    [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604,
        2.1448, 2.1314,
        2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452,
        2.0423,
    ];

    /// <summary>Lower end.</summary>
    public double Low => Mean - Half;

    /// <summary>Upper end.</summary>
    public double High => Mean + Half;

    /// <summary>The mean of independent values.</summary>
    /// <param name="values">One number for each unit that is independent of the others.</param>
    public static Interval Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0) return new(double.NaN, double.NaN, 0);
        double mean = values.Average();
        if (values.Count == 1) return new(mean, double.NaN, 1);
        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new(mean, Quantile(values.Count - 1) * Math.Sqrt(variance / values.Count), values.Count);
    }

    /// <summary>The 97.5 % quantile of Student's t.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double Quantile(int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        if (freedom <= s_quantiles.Length) return s_quantiles[freedom - 1];
        // Cornish and Fisher's expansion around the normal quantile: off by less than 1e-5 from 31 degrees on.
        double z = 1.959963985, z3 = z * z * z, z5 = z3 * z * z;
        return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96.0 * freedom * freedom);
    }

    /// <summary>"0.44 ± 0.02", or "–" of no values.</summary>
    /// <param name="format">Of both numbers.</param>
    public string Text(string format) => double.IsNaN(Mean) ? "–"
        : Mean.ToString(format, System.Globalization.CultureInfo.InvariantCulture)
            + (double.IsNaN(Half)
                ? ""
                : $" ± {Half.ToString(format, System.Globalization.CultureInfo.InvariantCulture)}");
}
