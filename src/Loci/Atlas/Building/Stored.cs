using Loci.Memory.Recall;

namespace Loci.Atlas.Building;

/// <summary>What a recall knows of a cell, as the atlas keeps it.</summary>
internal static class Stored
{
    public static CellStatistics Statistics(LayerRecall recall, int cell)
    {
        var seen = recall.Statistics(cell);
        return new(seen.Positive, seen.Negative, seen.Max, seen.Min, seen.Sum, seen.SumOfSquares, recall.Histogram(cell));
    }

    /// <summary>
    /// The borders between the bins of <see cref="CoefficientBins"/>, ascending: a bin for zero, from 0 to the smallest
    /// float, between powers of two on either side. Below zero a bin's closed end is the one nearer zero.
    /// </summary>
    public static IReadOnlyList<double> HistogramEdges { get; } =
    [
        .. Powers().Reverse().Select(power => -power), 0, float.Epsilon, .. Powers(),
    ];

    private static IEnumerable<double> Powers()
    {
        for (int e = CoefficientBins.LowestExponent + 1; e <= CoefficientBins.HighestExponent; e++) yield return Math.ScaleB(1, e);
    }
}
