namespace Loci.Atlas.Agreement;

/// <summary>
/// Adjusted p-values that control the false discovery rate (Benjamini and Hochberg 1995): cells with q ≤ 0.05 hold at
/// most 5 % false findings in expectation.
/// </summary>
internal static class BenjaminiHochberg
{
    /// <summary>q of every p: the smallest p·m/rank over this and all larger p, at most 1.</summary>
    public static double[] Adjust(ReadOnlySpan<double> p)
    {
        var order = new int[p.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        var sorted = p.ToArray();
        Array.Sort(sorted, order);
        var q = new double[p.Length];
        double least = 1;
        for (int rank = sorted.Length; rank > 0; rank--)
        {
            least = Math.Min(least, sorted[rank - 1] * sorted.Length / rank);
            q[order[rank - 1]] = least;
        }
        return q;
    }
}
