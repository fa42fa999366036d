using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>
/// The coefficients m of one cell over all prefixes of the corpus. Counts and sums are integers, so that statistics of
/// parts add up to the same bits in any order.
/// </summary>
/// <param name="Positive">Prefixes with m &gt; 0.</param>
/// <param name="Negative">Prefixes with m &lt; 0.</param>
/// <param name="Max">Largest m; 0 where no prefix was seen.</param>
/// <param name="Min">Smallest m; 0 where no prefix was seen.</param>
/// <param name="Sum">Σ m.</param>
/// <param name="SumOfSquares">Σ m².</param>
/// <param name="Histogram">Counts by bin, see <see cref="AtlasManifest.HistogramEdges"/>.</param>
public sealed record CellStatistics(
    long Positive, long Negative, float Max, float Min, ExactSum Sum, ExactSum SumOfSquares, IReadOnlyList<long> Histogram)
{
    /// <summary>No prefix of the corpus fired the cell: at its one pole, or at either of a gated cell.</summary>
    public bool Dead(bool gated) => Positive == 0 && (Negative == 0 || !gated);

    /// <summary>Mean of m over all prefixes seen.</summary>
    /// <param name="prefixes">Prefixes seen, at least 1; 0 gives 0.</param>
    public double Mean(long prefixes) => prefixes == 0 ? 0 : Sum.ToDouble() / prefixes;

    /// <summary>Population variance of m, E[m²] − E[m]², never negative.</summary>
    /// <param name="prefixes">Prefixes seen, at least 1; 0 gives 0.</param>
    public double Variance(long prefixes) => prefixes == 0
        ? 0
        : Math.Max(0, SumOfSquares.ToDouble() / prefixes - Mean(prefixes) * Mean(prefixes));

    /// <summary>The statistics of two disjoint sets of prefixes taken together; a side that saw none adds nothing.</summary>
    /// <param name="other">The other set's statistics, with as many bins.</param>
    /// <param name="seen">Prefixes this side saw.</param>
    /// <param name="otherSeen">Prefixes the other side saw.</param>
    /// <exception cref="OverflowException">A count or sum leaves its range.</exception>
    public CellStatistics Add(CellStatistics other, long seen, long otherSeen) => checked(new(
        Positive + other.Positive,
        Negative + other.Negative,
        seen == 0 ? other.Max : otherSeen == 0 ? Max : MathF.Max(Max, other.Max),
        seen == 0 ? other.Min : otherSeen == 0 ? Min : MathF.Min(Min, other.Min),
        Sum + other.Sum,
        SumOfSquares + other.SumOfSquares,
        AddBins(other.Histogram)));

    private long[] AddBins(IReadOnlyList<long> other)
    {
        if (other.Count != Histogram.Count)
            throw new ArgumentException($"{other.Count} bins cannot be added to {Histogram.Count}", nameof(other));
        var sum = new long[other.Count];
        for (int bin = 0; bin < sum.Length; bin++) sum[bin] = checked(Histogram[bin] + other[bin]);
        return sum;
    }
}
