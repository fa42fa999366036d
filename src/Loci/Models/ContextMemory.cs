namespace Loci.Models;

/// <summary>
/// All that a model keeps of one text: for every layer the memories of fast-weight attention, whose size is fixed, or
/// the keys and values of softmax attention, which grow with the text as far as the layer's window lets them. A text cut
/// into calls in any way has the bits of one run through. Not for use by several threads at once; <see cref="Clone"/> forks.
/// </summary>
public sealed class ContextMemory
{
    private readonly FastWeightState?[] _fastWeights; // [layers]
    private readonly KeyValueRows?[] _keyValues; // [layers]

    /// <summary>The memory of an empty text.</summary>
    public ContextMemory(ModelSpec spec)
    {
        _fastWeights = [.. Enumerable.Range(0, spec.Layers).Select(l => spec.FastWeight(l) is { } fast ? new FastWeightState(fast) : null)];
        _keyValues = [.. Enumerable.Range(0, spec.Layers).Select(l => spec.FastWeight(l) is null ? new KeyValueRows(spec, l) : null)];
    }

    private ContextMemory(ContextMemory other)
    {
        Length = other.Length;
        _fastWeights = [.. other._fastWeights.Select(state => state?.Clone())];
        _keyValues = [.. other._keyValues.Select(rows => rows?.Clone())];
    }

    /// <summary>Tokens of the text so far.</summary>
    public int Length { get; internal set; }

    /// <summary>Bytes held: constant where every layer is a fast-weight memory or has a window it has filled.</summary>
    public long Bytes => _fastWeights.Sum(state => state?.Bytes ?? 0) + _keyValues.Sum(rows => rows?.Bytes ?? 0);

    /// <summary>An independent copy: the fork of a text.</summary>
    public ContextMemory Clone() => new(this);

    internal FastWeightState? FastWeights(int layer) => _fastWeights[layer];

    internal KeyValueRows? KeyValues(int layer) => _keyValues[layer];
}
