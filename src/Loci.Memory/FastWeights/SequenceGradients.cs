namespace Loci.Memory.FastWeights;

/// <summary>
/// Where the gradients of a batch go; shapes as in <see cref="SequenceInputs{T}"/>. All are overwritten.
/// </summary>
/// <typeparam name="T">float, or double for checks.</typeparam>
public readonly ref struct SequenceGradients<T>
    where T : unmanaged
{
    /// <summary>[batch, length, heads, keySize]</summary>
    public Span<T> Queries { get; init; }

    /// <summary>[batch, length, heads, keySize]</summary>
    public Span<T> Keys { get; init; }

    /// <summary>[batch, length, heads, valueSize]</summary>
    public Span<T> Values { get; init; }

    /// <summary>[batch, length, heads], or empty.</summary>
    public Span<T> Strengths { get; init; }

    /// <summary>[batch, length, heads], or empty; needs gates.</summary>
    public Span<T> LogGates { get; init; }

    /// <summary>
    /// [batch, heads, keySize, valueSize]: the gradient of the final states in, of the initial states out.
    /// </summary>
    public Span<T> States { get; init; }

    /// <summary>[batch, heads, keySize], as <see cref="States"/>, where z is kept; else empty.</summary>
    public Span<T> Normalizers { get; init; }

    internal void Check(SequenceShape shape, bool gated, bool normalized)
    {
        SequenceShape.CheckLength(shape.KeyCount, Queries.Length, nameof(Queries));
        SequenceShape.CheckLength(shape.KeyCount, Keys.Length, nameof(Keys));
        SequenceShape.CheckLength(shape.ValueCount, Values.Length, nameof(Values));
        if (!Strengths.IsEmpty) SequenceShape.CheckLength(shape.ScalarCount, Strengths.Length, nameof(Strengths));
        if (!LogGates.IsEmpty)
            SequenceShape.CheckLength(gated ? shape.ScalarCount : 0, LogGates.Length, nameof(LogGates));
        SequenceShape.CheckLength(shape.StateCount, States.Length, nameof(States));
        SequenceShape.CheckLength(normalized ? shape.NormalizerCount : 0, Normalizers.Length, nameof(Normalizers));
    }
}
