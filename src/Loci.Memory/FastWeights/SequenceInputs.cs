namespace Loci.Memory.FastWeights;

/// <summary>What a batch of sequences writes to its memories and asks of them.</summary>
/// <typeparam name="T">float, or double for checks.</typeparam>
public readonly ref struct SequenceInputs<T>
    where T : unmanaged
{
    /// <summary>[batch, length, heads, keySize], after feature map and normalisation. Empty: nothing is read.</summary>
    public ReadOnlySpan<T> Queries { get; init; }

    /// <summary>[batch, length, heads, keySize], after feature map and normalisation.</summary>
    public ReadOnlySpan<T> Keys { get; init; }

    /// <summary>[batch, length, heads, valueSize]</summary>
    public ReadOnlySpan<T> Values { get; init; }

    /// <summary>β, [batch, length, heads]; empty means 1 everywhere.</summary>
    public ReadOnlySpan<T> Strengths { get; init; }

    /// <summary>
    /// g = log α ≤ 0, [batch, length, heads]: S is multiplied by e^g before the write. Empty means 0 everywhere.
    /// </summary>
    public ReadOnlySpan<T> LogGates { get; init; }

    /// <summary>
    /// True for the delta rule: what the key already retrieves is taken off the value before it is written.
    /// </summary>
    public bool Correct { get; init; }

    internal void Check(SequenceShape shape)
    {
        shape.Check();
        if (!Queries.IsEmpty || shape.KeyCount == 0)
            SequenceShape.CheckLength(shape.KeyCount, Queries.Length, nameof(Queries));
        SequenceShape.CheckLength(shape.KeyCount, Keys.Length, nameof(Keys));
        SequenceShape.CheckLength(shape.ValueCount, Values.Length, nameof(Values));
        if (!Strengths.IsEmpty) SequenceShape.CheckLength(shape.ScalarCount, Strengths.Length, nameof(Strengths));
        if (!LogGates.IsEmpty) SequenceShape.CheckLength(shape.ScalarCount, LogGates.Length, nameof(LogGates));
    }
}
