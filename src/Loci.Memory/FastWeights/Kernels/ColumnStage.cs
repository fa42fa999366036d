using System.Buffers;
using System.Runtime.CompilerServices;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// A copy of some columns of S without gaps, at the start of a cache line. In place, rows a power of two apart would
/// compete for the same few lines of the first-level cache, and every second vector would straddle two lines.
/// </summary>
internal readonly unsafe ref struct ColumnStage<T>
    where T : unmanaged
{
    /// <summary>Tokens that make the two copies worth it.</summary>
    public const int WorthTokens = 16;

    private const int Line = 64; // bytes

    private readonly T[] _rented;

    public ColumnStage(int rows, int columns) =>
        _rented = ArrayPool<T>.Shared.Rent(checked(rows * columns) + Line / sizeof(T));

    /// <summary>The memory to pin.</summary>
    public ref T GetPinnableReference() => ref _rented[0];

    /// <summary>The first whole line of the pinned memory.</summary>
    public static T* Align(T* pinned) => (T*)(((nint)pinned + Line - 1) / Line * Line);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(T* from, nint fromRow, T* to, nint toRow, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<T>(from + row * fromRow, columns).CopyTo(new Span<T>(to + row * toRow, columns));
    }

    public void Dispose() => ArrayPool<T>.Shared.Return(_rented);
}
