using Loci.Memory.Attention;
using Loci.Models.Blocks;

namespace Loci.Models;

/// <summary>
/// All that a model keeps of one text: for every block the state of its mixer. The memories of fast weights have a
/// fixed size; the list of softmax attention grows with the text as far as the layer's window lets it. A text cut into
/// calls in any way has the bits of one run through. Not for use by several threads at once; <see cref="Clone"/> forks.
/// </summary>
public sealed class ContextMemory
{
    private readonly MixerState[] _states; // [layers]

    /// <summary>The memory of an empty text.</summary>
    public ContextMemory(ModelSpec spec) => _states = [.. spec.Blocks.Select(block => block.Mixer.CreateState())];

    private ContextMemory(ContextMemory other) =>
        (Length, _states) = (other.Length, [.. other._states.Select(state => state.Clone())]);

    /// <summary>Tokens of the text so far.</summary>
    public int Length { get; internal set; }

    /// <summary>Bytes held: constant where every layer is a fast-weight memory or has a window it has filled.</summary>
    public long Bytes => _states.Sum(state => state.Bytes);

    /// <summary>An independent copy: the fork of a text.</summary>
    public ContextMemory Clone() => new(this);

    internal MixerState this[int layer] => _states[layer];

    internal FastWeightState? FastWeights(int layer) => _states[layer] as FastWeightState;

    internal ContextList? KeyValues(int layer) => (_states[layer] as SoftmaxState)?.List;
}
