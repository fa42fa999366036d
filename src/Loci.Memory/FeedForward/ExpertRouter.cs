using System.Buffers;
using Loci.Memory.Numerics;

namespace Loci.Memory.FeedForward;

/// <summary>
/// A memory with an address in front (a mixture of experts): its cells stand in groups, the experts, and a query is
/// sent to those few whose router scores highest. A coefficient is the cell's own times the weight of its expert, and
/// zero where that was not chosen. Cells of a shared expert, if there are any, stand last and are read by every query.
/// </summary>
/// <remarks>
/// Shazeer et al. 2017, arXiv 1701.06538; weights are those of a softmax over all experts, divided by the sum over the
/// chosen ones where they are renormalised (Jiang et al. 2024, arXiv 2401.04088). Of equal scores the first is taken.
/// Safe for use by many threads.
/// </remarks>
public sealed class ExpertRouter
{
    private readonly PackedMatrix _scores;
    private readonly PackedMatrix? _sharedGate;

    /// <summary>A router.</summary>
    /// <param name="scores">[key size → experts]</param>
    /// <param name="chosen">Experts that a query is sent to.</param>
    /// <param name="renormalised">True where the weights of the chosen sum to one.</param>
    /// <param name="expertCells">Cells of one expert.</param>
    /// <param name="sharedCells">Cells of the shared expert, 0 for none.</param>
    /// <param name="sharedGate">Its weight is the logistic function of this. [key size → 1]</param>
    public ExpertRouter(
        PackedMatrix scores, int chosen, bool renormalised, int expertCells, int sharedCells = 0,
        PackedMatrix? sharedGate = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(chosen, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chosen, scores.Outputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(expertCells, 1);
        if (sharedCells > 0 != sharedGate is not null)
            throw new ArgumentException("A shared expert has cells and a gate.", nameof(sharedGate));
        (_scores, Chosen, Renormalised, ExpertCells, SharedCells, _sharedGate) =
            (scores, chosen, renormalised, expertCells, sharedCells, sharedGate);
    }

    /// <summary>Experts to choose from.</summary>
    public int Experts => _scores.Outputs;

    /// <summary>Experts that a query is sent to.</summary>
    public int Chosen { get; }

    /// <summary>True where the weights of the chosen sum to one.</summary>
    public bool Renormalised { get; }

    /// <summary>Cells of one expert.</summary>
    public int ExpertCells { get; }

    /// <summary>Cells of the shared expert.</summary>
    public int SharedCells { get; }

    /// <summary>Groups of cells: the experts, and the shared one.</summary>
    public int Groups => Experts + (_sharedGate is null ? 0 : 1);

    /// <summary>Cells of all groups.</summary>
    public int Cells => Experts * ExpertCells + SharedCells;

    /// <summary>How much each group counts for each query: zero for experts that are not chosen.</summary>
    /// <param name="queries">x. [rows, key size]</param>
    /// <param name="rows">Queries.</param>
    /// <param name="weights">Overwritten. [rows, groups]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    public void Weigh(ReadOnlySpan<float> queries, int rows, Span<float> weights, int threads = 1)
    {
        int experts = Experts, groups = Groups;
        float[] rented = ArrayPool<float>.Shared.Rent(checked(rows * groups));
        var scores = rented.AsSpan(0, rows * experts);                  // [rows, experts]
        MatrixProduct.Multiply(queries, rows, _scores, [], scores, threads);
        for (int r = 0; r < rows; r++)
        {
            var row = weights.Slice(r * groups, groups);
            scores.Slice(r * experts, experts).CopyTo(row);
            Softmax.Apply(row[..experts]);
            Choose(row[..experts]);
        }
        if (_sharedGate is not null)
        {
            var gates = rented.AsSpan(0, rows);
            MatrixProduct.Multiply(queries, rows, _sharedGate, [], gates, threads);
            for (int r = 0; r < rows; r++) weights[r * groups + experts] = (float)(1 / (1 + Math.Exp(-gates[r])));
        }
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The softmax over all experts, which the chosen ones' weights come from.</summary>
    /// <param name="queries">x. [rows, key size]</param>
    /// <param name="rows">Queries.</param>
    /// <param name="probabilities">Overwritten. [rows, experts]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    public void Probabilities(ReadOnlySpan<float> queries, int rows, Span<float> probabilities, int threads = 1)
    {
        int experts = Experts;
        MatrixProduct.Multiply(queries, rows, _scores, [], probabilities, threads);
        for (int r = 0; r < rows; r++) Softmax.Apply(probabilities.Slice(r * experts, experts));
    }

    /// <summary>Multiplies the cells of every group by its weight.</summary>
    /// <param name="weights">[rows, groups]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="coefficients">Changed. [rows, cells]</param>
    public void Apply(ReadOnlySpan<float> weights, int rows, Span<float> coefficients)
    {
        for (int r = 0; r < rows; r++)
            for (int group = 0; group < Groups; group++)
            {
                var cells = coefficients.Slice(r * Cells + First(group), CellsOf(group));
                float weight = weights[r * Groups + group];
                if (weight == 0) cells.Clear();
                else Elementwise.Scale(cells, weight);
            }
    }

    /// <summary>The first cell of a group.</summary>
    public int First(int group) => group * ExpertCells;

    /// <summary>Cells of a group.</summary>
    public int CellsOf(int group) => group < Experts ? ExpertCells : SharedCells;

    // Keeps the largest.
    private void Choose(Span<float> weights)
    {
        Span<bool> kept = weights.Length <= 512 ? stackalloc bool[weights.Length] : new bool[weights.Length];
        kept.Clear();
        float sum = 0;
        for (int n = 0; n < Chosen; n++)
        {
            int best = -1;
            for (int e = 0; e < weights.Length; e++)
                if (!kept[e] && (best < 0 || weights[e] > weights[best])) best = e;
            kept[best] = true;
            sum += weights[best];
        }
        for (int e = 0; e < weights.Length; e++)
            weights[e] = !kept[e] ? 0 : Renormalised ? weights[e] / sum : weights[e];
    }
}
