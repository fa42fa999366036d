using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// What a memory of the context is: <see cref="SoftmaxSpec"/>, the list of all tokens, or
/// <see cref="FastWeightSpec"/>, one matrix a head.
/// </summary>
public abstract record MixerSpec
{
    private protected MixerSpec()
    {
    }

    /// <summary>True where nothing in it bounds the length of a text.</summary>
    public abstract bool IsUnbounded { get; }

    /// <summary>Refuses what cannot work.</summary>
    /// <returns>Points that may not do what is expected, each a sentence.</returns>
    /// <exception cref="ArgumentException">
    /// A size out of range or a combination that cannot work, with the reason.
    /// </exception>
    public abstract IReadOnlyList<string> Check();

    /// <summary>
    /// The matrices of the fused projection that the mixer begins with, in the order of their outputs.
    /// </summary>
    internal abstract IReadOnlyList<TensorSlot> Projected(int width, int layer);

    /// <summary>The mixer, still without weights.</summary>
    internal abstract Mixer Create(ModelSpec model, int layer, RotaryTables rotary);

    /// <summary>The memory of an empty text.</summary>
    internal abstract MixerState CreateState();
}
