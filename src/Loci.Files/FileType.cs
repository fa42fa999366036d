using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Loci;

/// <summary>
/// What a name leads to, links followed, without opening it: to open a pipe blocks, and a device may never end. .NET
/// tells folders alone from files, so Linux itself is asked; elsewhere only folders are noticed.
/// </summary>
internal static unsafe partial class FileType
{
    private const int AtCurrentFolder = -100; // AT_FDCWD
    private const uint TypeAndMode = 3; // STATX_TYPE | STATX_MODE
    private const int StatusBytes = 256; // sizeof(struct statx), the same on every processor
    private const int ModeOffset = 28; // offsetof(struct statx, stx_mode)

    /// <summary>
    /// What it is, with its article, where it is something else than a regular file; null also where it is not there.
    /// </summary>
    public static string? Of(string path)
    {
        if (Directory.Exists(path)) return "a folder";
        if (!OperatingSystem.IsLinux() || !TryMode(path, out int mode)) return null;
        return (mode & 0xF000) switch
        {
            0x8000 => null,
            0x1000 => "a pipe",
            0x2000 => "a device",
            0x4000 => "a folder",
            0x6000 => "a block device",
            0xC000 => "a socket",
            _ => "no regular file",
        };
    }

    private static bool TryMode(string path, out int mode)
    {
        byte* status = stackalloc byte[StatusBytes];
        mode = 0;
        try
        {
            if (Statx(AtCurrentFolder, path, 0, TypeAndMode, status) != 0) return false;
        }
        catch (EntryPointNotFoundException) // a C library older than 2018
        {
            return false;
        }
        mode = BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(status + ModeOffset, sizeof(ushort)));
        return true;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
