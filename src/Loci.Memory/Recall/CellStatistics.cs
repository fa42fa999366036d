namespace Loci.Memory.Recall;

/// <summary>What all prefixes together say about a cell. All zero where no prefix was seen.</summary>
/// <param name="Count">Prefixes seen.</param>
/// <param name="Positive">Prefixes with a coefficient above zero.</param>
/// <param name="Negative">Prefixes with a coefficient below zero.</param>
/// <param name="Sum">
/// Sum of the coefficients: float64 in position order within a sentence, exact across sentences.
/// </param>
/// <param name="SumOfSquares">Sum of their squares, likewise.</param>
/// <param name="Max">Greatest coefficient.</param>
/// <param name="Min">Least coefficient.</param>
public readonly record struct CellStatistics(
    long Count, long Positive, long Negative, ExactSum Sum, ExactSum SumOfSquares, float Max, float Min)
{
    /// <summary>Mean coefficient.</summary>
    public double Mean => Count == 0 ? 0 : Sum.ToDouble() / Count;

    /// <summary>
    /// Population variance, E[m²] − E[m]², never negative. Its absolute error is a few 2⁻⁵³ of E[m²] for sentences
    /// of a few dozen tokens, and grows at most with their length.
    /// </summary>
    public double Variance => Count == 0 ? 0 : Math.Max(0, SumOfSquares.ToDouble() / Count - Mean * Mean);

    /// <summary>Number of prefixes that fired the cell at a pole.</summary>
    public long Firings(Pole pole) => pole == Pole.Positive ? Positive : Negative;

    /// <summary>No prefix fired the cell: at its one pole, or at either of a gated cell.</summary>
    public bool Dead(bool gated) => Positive == 0 && (Negative == 0 || !gated);

    /// <summary>The statistics of two disjoint sets of prefixes taken together.</summary>
    /// <exception cref="OverflowException">A count or sum leaves its range.</exception>
    public static CellStatistics operator +(CellStatistics a, CellStatistics b) =>
        a.Count == 0 ? b
        : b.Count == 0 ? a
        : new(
            checked(a.Count + b.Count), checked(a.Positive + b.Positive), checked(a.Negative + b.Negative),
            a.Sum + b.Sum, a.SumOfSquares + b.SumOfSquares, MathF.Max(a.Max, b.Max), MathF.Min(a.Min, b.Min));

    /// <inheritdoc cref="op_Addition"/>
    public static CellStatistics Add(CellStatistics a, CellStatistics b) => a + b;

    /// <summary>Share of the prefixes that fired the cell at a pole, in [0, 1].</summary>
    public double FiringRate(Pole pole) => Count == 0 ? 0 : (double)Firings(pole) / Count;
}
