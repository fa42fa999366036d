namespace Loci.Atlas.Storage;

/// <summary>
/// A file under a temporary name, <c>NAME.partial</c>, that becomes NAME only when it is complete and on disk; until
/// then NAME keeps what it held. Locked against a second writer; what a killed writer left is overwritten.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _target;
    private readonly FileStream _stream;
    private bool _committed;

    public PartialFile(string target)
    {
        _target = System.IO.Path.GetFullPath(target);
        if (Directory.Exists(_target)) throw new LociException($"{target} is a folder; name a file");
        Path = _target + ".partial";
        // On Windows a lock would keep SQLite out as well; there it takes its own.
        var share = OperatingSystem.IsWindows() ? FileShare.ReadWrite | FileShare.Delete : FileShare.None;
        _stream = new(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        _stream.SetLength(0);
    }

    /// <summary>The temporary name.</summary>
    public string Path { get; }

    /// <summary>The file, for those who write it themselves; it also holds the lock.</summary>
    public Stream Stream => _stream;

    /// <summary>Forces the contents to disk, then gives the file its name.</summary>
    public void Commit()
    {
        _stream.Flush(flushToDisk: true);
        File.Move(Path, _target, overwrite: true);
        _committed = true;
    }

    /// <summary>Removes the file unless it was committed.</summary>
    public void Dispose()
    {
        try
        {
            if (!_committed) File.Delete(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that brought us here says more than this one.
        }
        _stream.Dispose();
    }
}
