using System.ComponentModel;
using System.Diagnostics;
using Loci.Tests;

namespace Loci.Torch.Tests;

/// <summary>A disk of one megabyte that can be filled; a test is skipped where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    public const string Filler = "other";

    private const int Size = 1 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly string _disk;

    public SmallDisk()
    {
        _disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", _disk)) return;
        _folder.Dispose();
        Assert.Skip("this machine mounts no disk of a given size");
    }

    public string this[string name] => Path.Combine(_disk, name);

    public string[] Names =>
        [.. Directory.GetFiles(_disk).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>Another file takes all but some bytes.</summary>
    public void Fill(long leaving) =>
        File.WriteAllBytes(this[Filler], new byte[new DriveInfo(_disk).AvailableFreeSpace - leaving]);

    /// <summary>Takes the other file away.</summary>
    public void Empty() => File.Delete(this[Filler]);

    public void Dispose()
    {
        Run("umount", _disk);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
