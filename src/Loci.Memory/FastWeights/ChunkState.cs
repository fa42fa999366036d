using System.Numerics;
using Loci.Memory.FastWeights.Kernels;

namespace Loci.Memory.FastWeights;

/// <summary>
/// Where the memories of a batch stand between two calls of <see cref="Chunkwise"/>. Chunk borders lie at multiples of
/// the chunk size, counted in tokens from the beginning of the text, and S is settled only there: the tokens since the
/// last border are kept beside it. So a sequence cut anywhere and continued has the bits of one run through.
/// </summary>
/// <typeparam name="T">float, or double for checks.</typeparam>
public sealed class ChunkState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A state that begins at a position of the text.</summary>
    /// <param name="memories">Batch · heads, at least 1.</param>
    /// <param name="keySize">Length of a key after the feature map.</param>
    /// <param name="valueSize">Length of a value.</param>
    /// <param name="chunk">Tokens of a chunk, 1 to 1024. 32 or 64 is best.</param>
    /// <param name="normalized">True to keep z for attention normalisation (sum rule).</param>
    /// <param name="position">Tokens before the first one.</param>
    public ChunkState(
        int memories, int keySize, int valueSize, int chunk = 32, bool normalized = false, long position = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memories, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(keySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(valueSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunk, 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        (Memories, KeySize, ValueSize, Chunk, IsNormalized, Position) =
            (memories, keySize, valueSize, chunk, normalized, position);
        Capacity = chunk - (int)(position % chunk);
        Border = new T[checked(memories * StateSize)];
        PendingKeys = new T[checked(memories * chunk * keySize)];
        PendingDeltas = new T[checked(memories * chunk * Columns)];
        PendingGates = new T[checked(memories * chunk)];
    }

    /// <summary>Batch · heads.</summary>
    public int Memories { get; }

    /// <summary>Length of a key.</summary>
    public int KeySize { get; }

    /// <summary>Length of a value.</summary>
    public int ValueSize { get; }

    /// <summary>Tokens of a chunk.</summary>
    public int Chunk { get; }

    /// <summary>True where z is kept.</summary>
    public bool IsNormalized { get; }

    /// <summary>Tokens so far.</summary>
    public long Position { get; internal set; }

    /// <summary>Tokens since the last border.</summary>
    public int Pending { get; internal set; }

    internal int Capacity { get; set; }

    /// <summary>Columns of S: those of the value, and z where it is kept.</summary>
    internal int Columns => ValueSize + (IsNormalized ? 1 : 0);

    internal int StateSize => KeySize * Columns;

    internal T[] Border { get; } // [memories, keySize, columns]

    internal T[] PendingKeys { get; } // [memories, chunk, keySize]

    internal T[] PendingDeltas { get; } // [memories, chunk, columns]

    internal T[] PendingGates { get; } // [memories, chunk]

    /// <summary>Begins with given memories instead of empty ones. Only before the first token.</summary>
    /// <param name="states">S [memories, keySize, valueSize].</param>
    /// <param name="normalizers">z [memories, keySize], or empty where none is kept.</param>
    /// <exception cref="InvalidOperationException">There are tokens since the last border.</exception>
    public void Set(ReadOnlySpan<T> states, ReadOnlySpan<T> normalizers = default)
    {
        if (Pending > 0)
            throw new InvalidOperationException($"{Pending} tokens are pending: S can only be set at a border");
        CheckLengths(states.Length, normalizers.Length);
        for (int row = 0; row < Memories * KeySize; row++)
        {
            states.Slice(row * ValueSize, ValueSize).CopyTo(Border.AsSpan(row * Columns));
            if (IsNormalized) Border[row * Columns + ValueSize] = normalizers[row];
        }
    }

    /// <summary>Begins a new text at position 0, with empty memories.</summary>
    public void Clear()
    {
        Array.Clear(Border); // pending rows are written before they are read
        (Position, Pending, Capacity) = (0, 0, Chunk);
    }

    /// <summary>Copies S as it is after the last token.</summary>
    /// <param name="states">S [memories, keySize, valueSize].</param>
    /// <param name="normalizers">z [memories, keySize], or empty where none is kept.</param>
    public unsafe void CopyTo(Span<T> states, Span<T> normalizers = default)
    {
        CheckLengths(states.Length, normalizers.Length);
        T[] settled = new T[StateSize];
        T gated = T.Zero;
        for (int memory = 0; memory < Memories; memory++)
        {
            fixed (T* border = Border, keys = PendingKeys, deltas = PendingDeltas, gates = PendingGates, to = settled)
            {
                var head = new HeadSequence<T> { KeySize = KeySize, ValueSize = ValueSize, LogGates = &gated };
                HeadKernels<T>.Current.Settle(head, Head(memory, border, keys, deltas, gates), to);
            }
            for (int i = 0; i < KeySize; i++)
            {
                int row = memory * KeySize + i;
                settled.AsSpan(i * Columns, ValueSize).CopyTo(states[(row * ValueSize)..]);
                if (IsNormalized) normalizers[row] = settled[i * Columns + ValueSize];
            }
        }
    }

    /// <summary>An independent copy: the fork of a text.</summary>
    public ChunkState<T> Clone()
    {
        var copy = new ChunkState<T>(Memories, KeySize, ValueSize, Chunk, IsNormalized, Position)
        {
            Pending = Pending, Capacity = Capacity,
        };
        Border.CopyTo(copy.Border, 0);
        PendingKeys.CopyTo(copy.PendingKeys, 0);
        PendingDeltas.CopyTo(copy.PendingDeltas, 0);
        PendingGates.CopyTo(copy.PendingGates, 0);
        return copy;
    }

    /// <summary>Numbers that <see cref="Export"/> gives, pending tokens included.</summary>
    public int ExportSize => Border.Length + PendingKeys.Length + PendingDeltas.Length + PendingGates.Length;

    /// <summary>Copies all that a later <see cref="Import"/> needs to go on with the same bits.</summary>
    /// <param name="numbers">[<see cref="ExportSize"/>]</param>
    public void Export(Span<T> numbers)
    {
        SequenceShape.CheckLength(ExportSize, numbers.Length, nameof(numbers));
        foreach (T[] array in (T[][])[Border, PendingKeys, PendingDeltas, PendingGates])
        {
            array.CopyTo(numbers);
            numbers = numbers[array.Length..];
        }
    }

    /// <summary>Goes back to an exported state of the same sizes.</summary>
    /// <param name="numbers">[<see cref="ExportSize"/>]</param>
    /// <param name="position">Its <see cref="Position"/>.</param>
    /// <param name="pending">Its <see cref="Pending"/>.</param>
    /// <exception cref="ArgumentException">
    /// A length that does not fit, or more pending tokens than lie behind the last border.
    /// </exception>
    public void Import(ReadOnlySpan<T> numbers, long position, int pending)
    {
        SequenceShape.CheckLength(ExportSize, numbers.Length, nameof(numbers));
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(pending);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pending, position % Chunk);
        foreach (T[] array in (T[][])[Border, PendingKeys, PendingDeltas, PendingGates])
        {
            numbers[..array.Length].CopyTo(array);
            numbers = numbers[array.Length..];
        }
        (Position, Pending) = (position, pending);
        Capacity = pending + Chunk - (int)(position % Chunk);
    }

    /// <summary>Where every memory stands after so many more tokens.</summary>
    internal void Advance(int tokens)
    {
        Position += tokens;
        Pending += tokens;
        if (Pending >= Capacity) (Pending, Capacity) = ((Pending - Capacity) % Chunk, Chunk);
    }

    internal unsafe ChunkHead<T> Head(int memory, T* border, T* keys, T* deltas, T* gates) => new()
    {
        State = border + (nint)memory * StateSize,
        PendingKeys = keys + (nint)memory * Chunk * KeySize,
        PendingDeltas = deltas + (nint)memory * Chunk * Columns,
        PendingGates = gates + (nint)memory * Chunk,
        Pending = Pending, Capacity = Capacity, Chunk = Chunk, Normalized = IsNormalized,
    };

    private void CheckLengths(int states, int normalizers)
    {
        SequenceShape.CheckLength(Memories * KeySize * ValueSize, states, nameof(states));
        SequenceShape.CheckLength(IsNormalized ? Memories * KeySize : 0, normalizers, nameof(normalizers));
    }
}
