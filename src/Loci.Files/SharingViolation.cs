namespace Loci;

/// <summary>Tells a file that another process holds from other troubles with files.</summary>
internal static class SharingViolation
{
    /// <summary>EAGAIN as Linux or macOS number it, or Windows' ERROR_SHARING_VIOLATION.</summary>
    public static bool Is(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 32 : e.HResult is 11 or 35;
}
