namespace Loci;

/// <summary>
/// A file that appears whole or not at all: written as <c>NAME.partial</c> beside it, forced to disk, then renamed.
/// Until then NAME keeps what it held. One process at a time writes a file; what a killed one left is replaced.
/// Whatever goes wrong while writing is a <see cref="LociException"/> that names the file and the reason.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10), s_pause = TimeSpan.FromMilliseconds(20);

    private const int AlreadyExists = 17; // EEXIST

    private readonly string _name, _target;
    private readonly FileStream _file;
    private bool _committed;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name; a file that has it is replaced by <see cref="Commit"/>.</param>
    /// <exception cref="LociException">There can be no such file, or another process is writing it.</exception>
    public AtomicFile(string path)
    {
        _name = path;
        WritingErrors.CheckName(path);
        _target = Path.GetFullPath(path);
        if (Directory.Exists(_target)) throw new LociException(
            $"{path} cannot be written: it is a folder; name a file.");
        PartialPath = _target + ".partial";
        _file = WritingErrors.Guard(path, Create);
        Stream = new GuardedStream(path, _file);
    }

    /// <summary>The temporary name, for those who write the file themselves.</summary>
    public string PartialPath { get; }

    /// <summary>The file, empty at first; it can be written anywhere.</summary>
    public Stream Stream { get; }

    /// <summary>Writes a small file whole; waits where another process is writing the same.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var file = new AtomicFile(path);
                file.Stream.Write(bytes);
                file.Commit();
                return;
            }
            // Between two looks at it another process can have finished, or begun.
            catch (LociException e) when (e.InnerException is IOException inner && IsContention(inner)
                && patience.Elapsed < s_patience)
            {
                Thread.Sleep(s_pause);
            }
        }
    }

    private static bool IsContention(IOException e) =>
        SharingViolation.Is(e) || e is FileNotFoundException || e.HResult == AlreadyExists;

    /// <summary>Writes a file whole.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Forces the contents to disk, then gives the file its name.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    public void Commit() => WritingErrors.Guard(_name, () =>
    {
        Stream.Flush();
        _file.Flush(flushToDisk: true);
        File.Move(PartialPath, _target, overwrite: true);
        _committed = true;
        return 0;
    });

    /// <summary>Removes the file unless it was committed.</summary>
    public void Dispose()
    {
        try
        {
            if (!_committed) File.Delete(PartialPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that brought us here says more than this one; the next run replaces the file.
        }
        try
        {
            _file.Dispose();
        }
        catch (Exception error) when (WritingErrors.Is(error) && !_committed)
        {
            // What was left in the buffer does not fit on the disk, and is not wanted.
        }
    }

    // Only a file made here is written to: one that is there is another's, or, where nobody holds it, was left by a
    // process that died.
    private FileStream Create()
    {
        // On Windows a lock would keep SQLite out as well; there it takes its own.
        var share = OperatingSystem.IsWindows() ? FileShare.ReadWrite | FileShare.Delete : FileShare.None;
        if (File.Exists(PartialPath))
            using (new FileStream(PartialPath, FileMode.Open, FileAccess.ReadWrite, share))
                File.Delete(PartialPath);
        return new(PartialPath, FileMode.CreateNew, FileAccess.ReadWrite, share, 1 << 16);
    }
}
