using System.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// What the forward pass of <see cref="Chunkwise"/> leaves for the backward pass: S at every chunk's begin, and for the
/// delta rule the error v − v̄ of every token. Used again, it grows only when a sequence is longer.
/// </summary>
/// <typeparam name="T">float, or double for checks.</typeparam>
public sealed class ChunkTape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal T[] States = []; // [memories, chunks, keySize, columns]
    internal T[] Errors = []; // [memories, length, columns]
    internal T[] Joined = []; // [memories, keySize, columns]: gradients of S, z in the last column
    internal SequenceShape Shape;
    internal int Capacity, Chunk, Chunks, Columns;
    internal bool Correct, Normalized;

    internal void Begin(SequenceShape shape, ChunkState<T> state, bool correct)
    {
        (Shape, Capacity, Chunk, Columns) = (shape, state.Capacity, state.Chunk, state.Columns);
        (Correct, Normalized) = (correct, state.IsNormalized);
        Chunks = Kernels.ChunkCount.Of(shape.Length, Capacity, Chunk);
        Grow(ref States, (long)shape.Memories * Chunks * state.StateSize);
        Grow(ref Errors, correct ? (long)shape.Memories * shape.Length * Columns : 0);
    }

    internal T[] Join(long length)
    {
        Grow(ref Joined, length);
        return Joined;
    }

    private static void Grow(ref T[] array, long length)
    {
        if (length > Array.MaxLength)
            throw new ArgumentException($"the tape would hold {length} numbers, at most {Array.MaxLength}");
        if (array.Length < length) array = new T[length];
    }
}
