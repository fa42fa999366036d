namespace Loci.Studies.Patterns;

/// <summary>
/// R² of the least-squares regression of coefficients on one or two indicators, with intercept. An indicator under
/// which coefficients are lower on average explains nothing here: a pattern is what fires a cell.
/// </summary>
internal static class ExplainedVariance
{
    public static double One(ReadOnlySpan<double> m, ReadOnlySpan<bool> x)
    {
        double r = Correlation(m, x);
        return r > 0 ? Math.Min(1, r * r) : 0;
    }

    public static double Two(ReadOnlySpan<double> m, ReadOnlySpan<bool> x, ReadOnlySpan<bool> y)
    {
        double rx = Correlation(m, x), ry = Correlation(m, y);
        if (rx <= 0 || ry <= 0) return Math.Min(1, Math.Pow(Math.Max(0, Math.Max(rx, ry)), 2));
        double[] indicator = new double[y.Length];
        for (int i = 0; i < y.Length; i++) indicator[i] = y[i] ? 1 : 0;
        double between = Correlation(indicator, x), rest = 1 - between * between;
        return rest < 1e-12 ? Math.Min(1, rx * rx) : Math.Min(1, (rx * rx + ry * ry - 2 * rx * ry * between) / rest);
    }

    /// <summary>Pearson's; 0 where one of the two does not vary.</summary>
    private static double Correlation(ReadOnlySpan<double> m, ReadOnlySpan<bool> x)
    {
        int n = m.Length, ones = 0;
        double mean = 0;
        for (int i = 0; i < n; i++)
        {
            mean += m[i] / n;
            if (x[i]) ones++;
        }
        double share = (double)ones / n, squares = 0, products = 0;
        for (int i = 0; i < n; i++)
        {
            squares += (m[i] - mean) * (m[i] - mean);
            if (x[i]) products += m[i] - mean;
        }
        double scale = squares * n * share * (1 - share);
        return scale > 0 ? products / Math.Sqrt(scale) : 0;
    }
}
