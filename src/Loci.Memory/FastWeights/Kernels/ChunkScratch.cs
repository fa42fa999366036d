using System.Numerics;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The matrices of one chunk, in memory of their own with padded rows. One per thread, used again. What it holds
/// between two uses has no meaning.
/// </summary>
/// <remarks>
/// Names as in the derivation: C tokens, k features, v value columns (with a column of ones last, where used).
/// </remarks>
internal sealed unsafe class ChunkScratch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Line = 64; // bytes of a cache line

    [ThreadStatic]
    private static ChunkScratch<T>? t_last;

    private readonly AlignedMemory _memory;
    private readonly (int Chunk, int Keys, int Values, int Tile) _sizes;

    private ChunkScratch((int Chunk, int Keys, int Values, int Tile) sizes)
    {
        _sizes = sizes;
        (int chunk, int keys, int values, int tile) = sizes;
        ChunkRow = Padded(chunk, tile);
        KeyRow = Padded(keys, tile);
        ValueRow = Padded(values, tile);
        nint size = 0;
        _memory = new AlignedMemory(0);
        Lay(null, chunk, keys, values, ref size);
        _memory = new AlignedMemory((nuint)(size * sizeof(T)));
        size = 0;
        Lay((T*)_memory.Address, chunk, keys, values, ref size);
        var all = new Span<byte>(_memory.Address, checked((int)_memory.Bytes));
#if DEBUG
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(all).Fill(T.NaN);
#else
        all.Clear();
#endif
    }

    /// <summary>Numbers from row to row of a matrix with C, k or v columns.</summary>
    public nint ChunkRow { get; }

    /// <inheritdoc cref="ChunkRow"/>
    public nint KeyRow { get; }

    /// <inheritdoc cref="ChunkRow"/>
    public nint ValueRow { get; }

    public T* Q, K, DQ, DK, Part, Sides; // [C, k]
    public T* KT; // [k, C]
    public T* Error, Delta, O, DO, DDelta, E; // [C, v]
    public T* DeltaT; // [v, C]
    public T* A, P, X, Y, D; // [C, C]
    public T* S, G; // [k, v]
    public T* ST, GT; // [v, k]
    public T* B, Gamma, Rest, Beta, DCumulative; // [C]

    /// <summary>The calling thread's scratch for these sizes.</summary>
    public static ChunkScratch<T> For(int chunk, int keys, int values, int tile)
    {
        if (t_last is not { } last || last._sizes != (chunk, keys, values, tile))
            t_last = last = new ChunkScratch<T>((chunk, keys, values, tile));
        return last;
    }

    private void Lay(T* start, int chunk, int keys, int values, ref nint at)
    {
        Q = Take(start, chunk * KeyRow, ref at);
        K = Take(start, chunk * KeyRow, ref at);
        DQ = Take(start, chunk * KeyRow, ref at);
        DK = Take(start, chunk * KeyRow, ref at);
        Part = Take(start, chunk * KeyRow, ref at);
        Sides = Take(start, chunk * KeyRow, ref at);
        KT = Take(start, keys * ChunkRow, ref at);
        Error = Take(start, chunk * ValueRow, ref at);
        Delta = Take(start, chunk * ValueRow, ref at);
        O = Take(start, chunk * ValueRow, ref at);
        DO = Take(start, chunk * ValueRow, ref at);
        DDelta = Take(start, chunk * ValueRow, ref at);
        E = Take(start, chunk * ValueRow, ref at);
        DeltaT = Take(start, values * ChunkRow, ref at);
        A = Take(start, chunk * ChunkRow, ref at);
        P = Take(start, chunk * ChunkRow, ref at);
        X = Take(start, chunk * ChunkRow, ref at);
        Y = Take(start, chunk * ChunkRow, ref at);
        D = Take(start, chunk * ChunkRow, ref at);
        S = Take(start, keys * ValueRow, ref at);
        G = Take(start, keys * ValueRow, ref at);
        ST = Take(start, values * KeyRow, ref at);
        GT = Take(start, values * KeyRow, ref at);
        B = Take(start, ChunkRow, ref at);
        Gamma = Take(start, ChunkRow, ref at);
        Rest = Take(start, ChunkRow, ref at);
        Beta = Take(start, ChunkRow, ref at);
        DCumulative = Take(start, ChunkRow, ref at);
    }

    private static T* Take(T* start, nint count, ref nint at)
    {
        T* taken = start + at;
        at += (count * sizeof(T) + Line - 1) / Line * Line / sizeof(T);
        return taken;
    }

    // Whole tiles, and an odd number of cache lines, so that the rows of a tile spread over the whole cache.
    private static nint Padded(int columns, int tile)
    {
        int line = Line / sizeof(T), whole = (columns + tile - 1) / tile * tile;
        whole = (whole + line - 1) / line * line;
        return whole / line % 2 == 0 ? whole + line : whole;
    }
}
