using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// The memory of the context in one block: each token is written to it and reads from it. What it holds of a text is a
/// <see cref="MixerState"/>; what it has learned is in its stores. Safe for use by many threads.
/// </summary>
public abstract class Mixer
{
    private protected Mixer(MixerSpec spec, int layer) => (Spec, Layer) = (spec, layer);

    /// <summary>Sizes and choices.</summary>
    public MixerSpec Spec { get; }

    /// <summary>The block it stands in.</summary>
    public int Layer { get; }

    /// <summary>What it holds.</summary>
    internal abstract IEnumerable<WeightStore> Stores { get; }

    /// <summary>Writes every row to the memory, in order, and reads what it retrieves.</summary>
    /// <param name="pass">The pass; with a memory, the rows go on where it ends.</param>
    /// <param name="x">The normed stream. [rows, width]</param>
    /// <param name="branch">What is read, projected back to the stream; overwritten. [rows, width]</param>
    internal abstract void Read(ForwardPass pass, ReadOnlySpan<float> x, Span<float> branch);
}
