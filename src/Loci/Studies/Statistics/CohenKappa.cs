namespace Loci.Studies.Statistics;

/// <summary>Agreement of two people on categories, beyond what their habits alone would give.</summary>
/// <param name="Kappa">κ with its 95 % interval; none where chance alone agrees always, or nothing was judged.</param>
/// <param name="Observed">Share of the items they agree on.</param>
/// <param name="Expected">Share they would agree on if each kept to the own frequencies and threw dice.</param>
public readonly record struct CohenKappa(Estimate Kappa, double Observed, double Expected)
{
    private const double Z = 1.959963984540054;

    /// <summary>κ (Cohen 1960) with the large-sample interval of Fleiss, Cohen and Everitt 1969.</summary>
    /// <param name="first">Categories one person gave, by item, from 0.</param>
    /// <param name="second">Categories the other gave, by item.</param>
    public static CohenKappa Of(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        if (first.Count != second.Count) throw new ArgumentException($"{second.Count} judgements against {first.Count}.", nameof(second));
        int n = first.Count;
        if (n == 0) return new(Estimate.None, double.NaN, double.NaN);
        int categories = 1 + Math.Max(first.Max(), second.Max());
        double[,] p = new double[categories, categories];
        double[] rows = new double[categories], columns = new double[categories];
        double observed = 0, expected = 0;
        for (int i = 0; i < n; i++)
        {
            p[first[i], second[i]] += 1.0 / n;
            rows[first[i]] += 1.0 / n;
            columns[second[i]] += 1.0 / n;
        }
        for (int c = 0; c < categories; c++)
        {
            observed += p[c, c];
            expected += rows[c] * columns[c];
        }
        if (1 - expected < 1e-12) return new(Estimate.None with { Count = n }, observed, expected);
        double kappa = (observed - expected) / (1 - expected), variance = 0;
        for (int a = 0; a < categories; a++)
            for (int b = 0; b < categories; b++)
            {
                double weight = (columns[a] + rows[b]) * (1 - observed);
                variance += p[a, b] * Math.Pow(a == b ? 1 - expected - weight : weight, 2);
            }
        variance -= Math.Pow(observed * expected - 2 * expected + observed, 2);
        double half = Z * Math.Sqrt(Math.Max(0, variance) / n) / Math.Pow(1 - expected, 2);
        return new(new(kappa, Math.Max(-1, kappa - half), Math.Min(1, kappa + half), n), observed, expected);
    }
}
