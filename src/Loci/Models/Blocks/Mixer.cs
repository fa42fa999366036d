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

    /// <summary>From the gradient of what was read to that of what the mixer read from.</summary>
    /// <param name="pass">The way back; without a memory.</param>
    /// <param name="tape">What <see cref="Read"/> left.</param>
    /// <param name="x">What it read from, for the gradients of its weights. [rows, width]</param>
    /// <param name="branch">The gradient of what it gave. [rows, width]</param>
    /// <param name="dx">Overwritten. [rows, width]</param>
    internal abstract void Back(
        BackwardPass pass, MixerTape tape, ReadOnlySpan<float> x, ReadOnlySpan<float> branch, Span<float> dx);
}
