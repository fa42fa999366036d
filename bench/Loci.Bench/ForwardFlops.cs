using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Bench;

/// <summary>The arithmetic of a forward pass without output head.</summary>
internal static class ForwardFlops
{
    /// <summary>Multiplications and additions of the products and of attention, for a token of these batches.</summary>
    public static double PerToken(ModelSpec spec, List<PreparedBatch> batches)
    {
        double pairs = batches.Sum(b => b.Ours.Sequences.Sum(s => s.Count * (s.Count + 1) / 2.0))
            / batches.Sum(b => b.Tokens);
        double sum = 0;
        foreach (var block in spec.Blocks)
        {
            var softmax = (SoftmaxSpec)block.Mixer;
            sum += (double)spec.Width
                * (softmax.ProjectedWidth + softmax.QueryWidth + (block.Cells.Gated ? 3 : 2) * block.Cells.Count);
            sum += pairs * 2 * softmax.QueryWidth;
        }
        return 2 * sum;
    }
}
