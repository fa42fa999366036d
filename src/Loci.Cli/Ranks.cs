using Loci.Memory.Numerics;

namespace Loci.Cli;

/// <summary>Spearman's rank correlation.</summary>
internal static class Ranks
{
    /// <summary>Fewest pairs of which it is told.</summary>
    public const int Least = 20;

    private const int Resamples = 1000, Seed = 1;

    /// <summary>The correlation, with its 95 % interval by the bootstrap over pairs.</summary>
    public static (double Value, double Low, double High) Correlation(double[] x, double[] y)
    {
        var random = RandomStream.Of(Seed, "pairs of a rank correlation");
        double[] resampled = new double[Resamples];
        int[] drawn = new int[x.Length];
        for (int r = 0; r < Resamples; r++)
        {
            for (int i = 0; i < drawn.Length; i++) drawn[i] = random.Next(x.Length);
            resampled[r] = Of([.. drawn.Select(i => x[i])], [.. drawn.Select(i => y[i])]);
        }
        double[] known = [.. resampled.Where(double.IsFinite).Order()];
        return known.Length == 0 ? (Of(x, y), double.NaN, double.NaN)
            : (Of(x, y), known[(int)(0.025 * known.Length)], known[(int)(0.975 * known.Length)]);
    }

    /// <summary>The correlation; NaN where one side does not vary.</summary>
    public static double Of(double[] x, double[] y)
    {
        double[] a = Ranked(x), b = Ranked(y);
        double mean = (a.Length - 1) / 2.0, both = 0, first = 0, second = 0;
        for (int i = 0; i < a.Length; i++)
        {
            both += (a[i] - mean) * (b[i] - mean);
            first += (a[i] - mean) * (a[i] - mean);
            second += (b[i] - mean) * (b[i] - mean);
        }
        return both / Math.Sqrt(first * second);
    }

    // Ties get their mean rank.
    private static double[] Ranked(double[] values)
    {
        double[] ranks = new double[values.Length];
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        for (int from = 0, to; from < order.Length; from = to)
        {
            for (to = from; to < order.Length && values[order[to]] == values[order[from]];) to++;
            for (int i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2.0;
        }
        return ranks;
    }
}
