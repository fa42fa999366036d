namespace Loci.Studies.Statistics;

/// <summary>Agreement of two people on categories, beyond what their habits alone would give.</summary>
/// <param name="Kappa">κ with its 95 % interval; none where chance alone agrees always, or nothing was judged.</param>
/// <param name="Observed">Share of the items they agree on.</param>
/// <param name="Expected">Share they would agree on if each kept to the own frequencies and threw dice.</param>
public readonly record struct CohenKappa(Estimate Kappa, double Observed, double Expected)
{
    /// <summary>
    /// κ (Cohen 1960) with the large-sample interval of Fleiss, Cohen and Everitt 1969, its variance taken over what is
    /// independent among the items.
    /// </summary>
    /// <param name="first">Categories one person gave, by item, from 0.</param>
    /// <param name="second">Categories the other gave, by item.</param>
    /// <param name="units">Where the items come from.</param>
    public static CohenKappa Of(IReadOnlyList<int> first, IReadOnlyList<int> second, Units units)
    {
        if (first.Count != second.Count)
            throw new ArgumentException($"{second.Count} judgements against {first.Count}.", nameof(second));
        int n = first.Count;
        if (n == 0) return new(Estimate.None, double.NaN, double.NaN);
        int categories = 1 + Math.Max(first.Max(), second.Max());
        double[] rows = new double[categories], columns = new double[categories];
        double observed = 0, expected = 0;
        for (int i = 0; i < n; i++)
        {
            rows[first[i]] += 1.0 / n;
            columns[second[i]] += 1.0 / n;
        }
        for (int i = 0; i < n; i++) observed += first[i] == second[i] ? 1.0 / n : 0;
        for (int c = 0; c < categories; c++) expected += rows[c] * columns[c];
        if (1 - expected < 1e-12) return new(Estimate.None with { Count = n }, observed, expected);
        double kappa = (observed - expected) / (1 - expected), scale = (1 - expected) * (1 - expected);
        // What one item moves κ by: the mean of these is the square that Fleiss subtracts.
        double mean = observed * expected - 2 * expected + observed;
        double[] e = new double[n], weights = new double[n];
        for (int i = 0; i < n; i++)
        {
            double agree = first[i] == second[i] ? 1 - expected : 0;
            e[i] = (agree - (columns[first[i]] + rows[second[i]]) * (1 - observed) - mean) / scale / n;
            weights[i] = 1;
        }
        var (variance, clusters, independent) = units.Variance(e, weights);
        double half = StudentT.Percentile975(clusters - 1) * Math.Sqrt(variance);
        return new(
            new(kappa, Math.Max(-1, kappa - half), Math.Min(1, kappa + half), n, units.Unit, independent), observed,
            expected);
    }
}
