namespace Loci.Text.Reading;

/// <summary>
/// A text file's bytes as UTF-8, seen through a buffer that grows only as far as its user lets it:
/// <see cref="Unread"/> is what has been read and not yet skipped, <see cref="Extend"/> makes it longer. Gzip is
/// looked through, and UTF-16 and UTF-32 with a byte order mark are transcoded, whatever the file is called; what
/// is no text is refused by what it is.
/// </summary>
internal sealed class ByteWindow : IDisposable
{
    private const int FirstSize = 1 << 17;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly WholeGzipStream? _gzip;
    private readonly WideText? _wide;
    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    /// <exception cref="InvalidFileException">The file is no text.</exception>
    /// <exception cref="LociException">The file cannot be read.</exception>
    public ByteWindow(string path)
    {
        _path = path;
        _file = InputFile.Open(path, FileOptions.SequentialScan);
        try
        {
            if (IsGzip()) _gzip = new(_file);
            Extend();
            TextKind.Require(Unread, path);
            if (FileKind.Of(Unread) is { } kind && (kind == FileKind.Utf16 || kind == FileKind.Utf32))
            {
                _wide = Transcoded(kind == FileKind.Utf16 ? 2 : 4);
                (_start, _end, Ended) = (0, 0, false);
                Extend();
            }
            if (Unread.StartsWith("\uFEFF"u8)) Skip(3);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Goes on at a place that an earlier window stood at, in a file that <see cref="IsPlain"/>; what the file is was
    /// judged then.
    /// </summary>
    /// <exception cref="LociException">The file cannot be read.</exception>
    public ByteWindow(string path, long from)
    {
        _path = path;
        _file = InputFile.Open(path, FileOptions.SequentialScan);
        _file.Position = Position = from;
        Extend();
    }

    /// <summary>True where a <see cref="Position"/> is an offset in the file as it lies on disk.</summary>
    public bool IsPlain => _gzip is null && _wide is null;

    /// <summary>Bytes read and not skipped. The span is valid until the next <see cref="Extend"/>.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Offset of <see cref="Unread"/> in the decompressed and transcoded file.</summary>
    public long Position { get; private set; }

    /// <summary>True when <see cref="Unread"/> reaches the end of the file.</summary>
    public bool Ended { get; private set; }

    /// <summary>Bytes taken from the file as it lies on disk.</summary>
    public long RawPosition => _file.Position;

    /// <summary>Length of the file as it lies on disk.</summary>
    public long RawLength => _file.Length;

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
            int read = _wide is null ? ReadRaw(_buffer.AsSpan(_end)) : _wide.Read(_buffer.AsSpan(_end));
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

    private int ReadRaw(Span<byte> buffer) => FileAccessErrors.Read(_file, _gzip, _path, buffer);

    // What has been read already comes first, its mark aside.
    private WideText Transcoded(int unit)
    {
        bool bigEndian = Unread[0] is 0 or 0xFE;
        byte[] first = Unread[unit..].ToArray();
        int given = 0;
        return new(Source, unit, bigEndian);

        int Source(Span<byte> buffer)
        {
            if (given == first.Length) return ReadRaw(buffer);
            int count = Math.Min(buffer.Length, first.Length - given);
            first.AsSpan(given, count).CopyTo(buffer);
            given += count;
            return count;
        }
    }

    // The decompressor takes an empty file for an empty text; where the name promises gzip it is a cut download.
    private bool IsGzip()
    {
        byte[] start = new byte[FileKind.Sees];
        int count = 0, read;
        while (count < start.Length && (read = FileAccessErrors.Read(_file, null, _path, start.AsSpan(count))) > 0)
            count += read;
        _file.Position = 0;
        var kind = FileKind.Of(start.AsSpan(0, count));
        if (kind == FileKind.Gzip) return true;
        return CorpusPaths.IsCompressed(_path)
            ? throw new InvalidFileException(
                _path, $"not a gzip file{(kind is null ? "" : $" but {kind.Name}: {kind.Advice}")}", 0)
            : false;
    }
}
