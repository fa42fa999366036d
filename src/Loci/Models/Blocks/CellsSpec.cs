using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>The cells of a feed-forward layer.</summary>
/// <param name="Count">How many.</param>
/// <param name="Activation">The non-linearity f.</param>
/// <param name="Gated">True when a coefficient is f(gate·x)·(up·x), signed: every cell has two poles.</param>
/// <param name="KeyBias">True when cells have thresholds; gated ones have none.</param>
/// <param name="ValueBias">True when the layer has a value that is always read.</param>
public sealed record CellsSpec(
    int Count, Activation Activation, bool Gated, bool KeyBias = false, bool ValueBias = false)
{
    /// <summary>How its cells are divided among experts, or null.</summary>
    public ExpertsSpec? Experts { get; init; }

    /// <summary>Poles of a cell: 2 where the cells are gated, else 1.</summary>
    public int Poles => Gated ? 2 : 1;

    internal void Check()
    {
        if (Count < 1)
            throw new ArgumentException($"a feed-forward layer of {Count} cells, where at least 1 is wanted");
        Experts?.Check(Count);
        if (Experts is not null && (KeyBias || ValueBias)) throw new ArgumentException("experts have no biases");
        if (Gated && KeyBias) throw new ArgumentException("gated cells have no thresholds");
    }
}
