using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loci.Memory.Attention;

/// <summary>Working memory of a thread, kept between calls, aligned to a cache line.</summary>
internal static unsafe class AttentionScratch
{
    private const int Line = 64;

    [ThreadStatic]
    private static float[]? t_floats;

    /// <summary>
    /// At least <paramref name="count"/> floats of unknown content, the thread's until its next call.
    /// </summary>
    public static float* Take(long count)
    {
        if (t_floats is null || t_floats.Length < count + Line / sizeof(float))
            t_floats = GC.AllocateUninitializedArray<float>(checked((int)(count + count / 4) + Line), pinned: true);
#if DEBUG
        // what is read without having been written shows
        t_floats.AsSpan(0, (int)count + Line / sizeof(float)).Fill(float.NaN);
#endif
        nuint start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(t_floats));
        return (float*)((start + Line - 1) & ~(nuint)(Line - 1));
    }
}
