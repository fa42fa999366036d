using Loci.Memory.Recall;
using Loci.Models.Blocks;

namespace Loci.Atlas.Building;

/// <summary>
/// The prefixes that the cells of an expert have seen: those routed to it. A recall counts all, with a coefficient of
/// zero where an expert was not chosen; where it was, some cell of its has another, which makes the routed ones as many
/// as the most that fired one of its cells.
/// </summary>
internal sealed class RoutedPrefixes
{
    private readonly LayerRecall _recall;
    private readonly int _expertCells;
    private readonly long[] _routed; // [experts]

    /// <summary>Of a layer.</summary>
    /// <param name="recall">What its cells have seen.</param>
    /// <param name="cells">The cells; with experts or without.</param>
    public RoutedPrefixes(LayerRecall recall, CellsSpec cells)
    {
        _recall = recall;
        if (cells.Experts is not { } experts)
        {
            _routed = [];
            return;
        }
        _expertCells = (cells.Count - experts.SharedCells) / experts.Count;
        _routed = new long[experts.Count];
        for (int cell = 0; cell < experts.Count * _expertCells; cell++)
        {
            var statistics = recall.Statistics(cell);
            ref long most = ref _routed[cell / _expertCells];
            most = Math.Max(most, statistics.Positive + statistics.Negative);
        }
    }

    /// <summary>Statistics and histogram of a cell, over the prefixes it has seen.</summary>
    public (CellStatistics Statistics, long[] Histogram) Of(int cell)
    {
        var (statistics, histogram) = (_recall.Statistics(cell), _recall.Histogram(cell));
        if (cell >= _routed.Length * _expertCells) return (statistics, histogram);
        long elsewhere = statistics.Count - _routed[cell / _expertCells];
        histogram[CoefficientBins.Zero] -= elsewhere;
        return (statistics with { Count = statistics.Count - elsewhere }, histogram);
    }
}
