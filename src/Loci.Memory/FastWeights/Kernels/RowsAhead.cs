using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// Asks memory for rows that will be read soon. The rows of a head lie far apart, often a page: no hardware fetches
/// them ahead. A hint never fails, past the end of an array neither.
/// </summary>
internal static unsafe class RowsAhead
{
    private const int Line = 64; // bytes

    /// <summary>
    /// Fetches <paramref name="count"/> numbers into the first-level cache, where the processor takes hints.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(T* row, int count)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (byte* line = (byte*)row, end = (byte*)(row + count); line < end; line += Line) Sse.Prefetch0(line);
    }
}
