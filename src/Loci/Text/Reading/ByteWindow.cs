namespace Loci.Text.Reading;

/// <summary>
/// A file's bytes, decompressed and without byte order mark, seen through a buffer that grows only as far as its user
/// lets it: <see cref="Unread"/> is what has been read and not yet skipped, <see cref="Extend"/> makes it longer.
/// </summary>
internal sealed class ByteWindow : IDisposable
{
    private const int FirstSize = 1 << 17;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly WholeGzipStream? _gzip;
    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    public ByteWindow(string path)
    {
        _path = path;
        _file = FileAccessErrors.Open(path);
        _gzip = CorpusPaths.IsCompressed(path) ? new(_file) : null;
        try
        {
            if (_gzip is not null) RequireGzipMagic();
            Extend();
            if (Unread.StartsWith("\uFEFF"u8)) Skip(3);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes read and not skipped. The span is valid until the next <see cref="Extend"/>.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Offset of <see cref="Unread"/> in the decompressed file.</summary>
    public long Position { get; private set; }

    /// <summary>True when <see cref="Unread"/> reaches the end of the file.</summary>
    public bool Ended { get; private set; }

    /// <summary>Bytes taken from the file as it lies on disk.</summary>
    public long RawPosition => _file.CanSeek ? _file.Position : Position;

    public void Skip(int count)
    {
        _start += count;
        Position += count;
    }

    /// <summary>
    /// Reads on, at least doubling <see cref="Unread"/> where it fills most of the buffer, so that a search begun
    /// again after each call stays linear. False, and nothing changes, at the end of the file.
    /// </summary>
    public bool Extend()
    {
        if (Ended) return false;
        int kept = _end - _start;
        byte[] target = kept > _buffer.Length / 2 ? new byte[checked(_buffer.Length * 2)] : _buffer;
        Unread.CopyTo(target);
        (_buffer, _start, _end) = (target, 0, kept);
        while (_end < _buffer.Length)
        {
            int read = FileAccessErrors.Read(_file, _gzip, _path, _buffer.AsSpan(_end));
            if (read == 0)
            {
                Ended = true;
                break;
            }

            _end += read;
        }

        return _end > kept;
    }

    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }

    // The decompressor takes an empty file for an empty text; it is a cut download.
    private void RequireGzipMagic()
    {
        Span<byte> magic = stackalloc byte[2];
        int read = FileAccessErrors.Read(_file, null, _path, magic);
        if (read < 2 || magic is not [0x1F, 0x8B]) throw new InvalidFileException(_path, "not a gzip file", 0);
        _file.Position = 0;
    }
}
