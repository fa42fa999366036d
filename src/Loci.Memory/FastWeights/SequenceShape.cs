using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// The sizes of a batch of sequences that run through fast-weight memories, one memory per sequence and head.
/// </summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Tokens of a sequence; 0 is allowed.</param>
/// <param name="Heads">
/// Memories per sequence. For arrays with heads before tokens, make every head a sequence of its own.
/// </param>
/// <param name="KeySize">Length of a key or query after the feature map, d_dot.</param>
/// <param name="ValueSize">Length of a value.</param>
public readonly record struct SequenceShape(int Batch, int Length, int Heads, int KeySize, int ValueSize)
{
    internal int Memories => Batch * Heads;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        ArgumentOutOfRangeException.ThrowIfNegative(Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ValueSize, 1);
        long tokens = (long)Batch * Length * Heads, widest = Math.Max(KeySize, ValueSize);
        if (tokens * widest > Array.MaxLength || (long)Batch * Heads * KeySize * ValueSize > Array.MaxLength)
            throw new ArgumentException($"{this} is more than an array can hold");
    }

    internal int KeyCount => Batch * Length * Heads * KeySize;

    internal int ValueCount => Batch * Length * Heads * ValueSize;

    internal int ScalarCount => Batch * Length * Heads;

    internal int StateCount => Batch * Heads * KeySize * ValueSize;

    internal int NormalizerCount => Batch * Heads * KeySize;

    internal static void CheckLength(int needed, int actual, string name) => Require.SameLength(needed, actual, name);
}
