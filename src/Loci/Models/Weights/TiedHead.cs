using Loci.Checkpoints;
using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>
/// A config that ties the output to the embedding beside a checkpoint that stores an output of its own: one of them is
/// wrong. As transformers 5 and vLLM do, the numbers that are stored count.
/// </summary>
internal static class TiedHead
{
    private const int Block = 1 << 16; // numbers compared at a time

    /// <summary>The spec that fits what is stored.</summary>
    /// <param name="spec">What the config says.</param>
    /// <param name="checkpoint">The weights.</param>
    /// <param name="names">What the family calls them.</param>
    /// <param name="warning">A sentence, where the two differ.</param>
    public static ModelSpec Settle(ModelSpec spec, Checkpoint checkpoint, TensorNames names, out string? warning)
    {
        warning = null;
        string output = $"{names.Output}.weight";
        if (!spec.Head.Tied || !checkpoint.Tensors.ContainsKey(output)
            || !checkpoint.TryFind(out string? embedding, $"{names.Prefix}{names.Embedding}.weight",
                $"{names.Embedding}.weight")
            || Same(checkpoint.OpenTensor(embedding), checkpoint.OpenTensor(output))) return spec;
        warning =
            $"{checkpoint.Path}: the config ties the output to the embedding, but {ErrorText.Quote(output)} is "
            + $"stored and differs from " +
            $"{ErrorText.Quote(embedding)}. The stored output is used.";
        return spec with { Head = spec.Head with { Tied = false } };
    }

    private static bool Same(Tensor one, Tensor other)
    {
        if (!one.Info.Shape.AsSpan().SequenceEqual(other.Info.Shape.AsSpan())) return false;
        float[] left = new float[Block], right = new float[Block];
        for (int at = 0; at < one.Count; at += Block)
        {
            int count = Math.Min(Block, one.Count - at);
            one.CopyFloats(at, left.AsSpan(0, count));
            other.CopyFloats(at, right.AsSpan(0, count));
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count))) return false;
        }
        return true;
    }
}
