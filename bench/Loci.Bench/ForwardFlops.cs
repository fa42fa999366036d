using Loci.Models;

namespace Loci.Bench;

/// <summary>The arithmetic of a forward pass without output head.</summary>
internal static class ForwardFlops
{
    /// <summary>Multiplications and additions of the products and of attention, for a token of these batches.</summary>
    public static double PerToken(ModelSpec spec, List<PreparedBatch> batches)
    {
        double matrices = (double)spec.Layers * spec.Width *
            (spec.QueryKeyValueWidth + spec.Heads * spec.HeadSize + (spec.Gated ? 3 : 2) * spec.Cells);
        double pairs = batches.Sum(b => b.Ours.Sequences.Sum(s => s.Count * (s.Count + 1) / 2.0)) / batches.Sum(b => b.Tokens);
        return 2 * (matrices + spec.Layers * pairs * 2 * spec.Heads * spec.HeadSize);
    }
}
