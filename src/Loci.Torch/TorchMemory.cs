using System.Runtime.InteropServices;

namespace Loci.Torch;

/// <summary>
/// How the C library treats what Torch frees. By default glibc gives blocks above some size back to the system, and the
/// next one of the kind costs a page fault every 4 KB; a training that allocates the same tensors every step is better
/// off when freed memory stays.
/// </summary>
public static partial class TorchMemory
{
    private const int TrimThreshold = -1, TopPad = -2, MostMappings = -4;

    /// <summary>Keeps freed memory for the next allocation.</summary>
    /// <returns>False where that is not possible.</returns>
    public static bool KeepFreed()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return mallopt(MostMappings, 0) != 0 && mallopt(TrimThreshold, int.MaxValue) != 0
                && mallopt(TopPad, 64 << 20) != 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // musl has no such choice
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
