namespace Loci.Text.Reading;

/// <summary>The documents of one file, one after the other.</summary>
internal abstract class DocumentReader : IDisposable
{
    private readonly int _limit;
    private readonly CorpusStatistics _statistics;
    private byte[]? _rest;
    private int _restStart;

    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="statistics">Counts what is met.</param>
    /// <param name="from">A <see cref="Restart"/> of an earlier reader; null: the start, and the file is
    /// judged.</param>
    protected DocumentReader(string path, CorpusOptions options, CorpusStatistics statistics, long? from)
    {
        (Path, Window) = (path, from is { } offset ? new(path, offset) : new(path));
        (_limit, _statistics) = (options.MaxDocumentBytes, statistics);
        if (options.AllowInvalid || from is not null) return;
        try
        {
            TextKind.RequireValid(Window.Unread, Window.Ended, path);
        }
        catch
        {
            Window.Dispose();
            throw;
        }
    }

    protected string Path { get; }

    private protected ByteWindow Window { get; }

    /// <summary>Bytes taken from the file as it lies on disk.</summary>
    public long RawPosition => Window.RawPosition;

    /// <summary>
    /// Where another reader gives the documents that are left; null in the middle of a value that is cut into several.
    /// </summary>
    public long? Restart => _rest is null ? Window.Position : null;

    /// <summary>
    /// True where a <see cref="Restart"/> is a place in the file: its documents stand in it one after the other.
    /// </summary>
    public virtual bool HasPlaces => Window.IsPlain;

    public static DocumentReader Open(
        string path, CorpusOptions options, CorpusStatistics statistics, long? from = null) =>
        CorpusPaths.FormatOf(path) switch
        {
            CorpusFormat.JsonLines => new JsonLinesReader(path, options, statistics, from),
            CorpusFormat.JsonArray => new JsonArrayReader(path, options, statistics),
            _ when from is not null => new PlainTextReader(path, options, statistics, from),
            _ => Plain(path, options, statistics),
        };

    private static PlainTextReader Plain(string path, CorpusOptions options, CorpusStatistics statistics)
    {
        var reader = new PlainTextReader(path, options, statistics, null);
        try
        {
            TextKind.RefuseJson(reader.Window.Unread, reader.Window.Ended, path);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The next document's text, or null at the end of the file.</summary>
    public string? Next()
    {
        if (_rest is not null) return NextPiece();
        if (!TryRead(out var document)) return null;
        if (document.Length <= _limit) return Utf8Text.Decode(document, _statistics);
        _statistics.CutDocuments++;
        (_rest, _restStart) = (document.ToArray(), 0);
        return NextPiece();
    }

    public void Dispose() => Window.Dispose();

    /// <summary>
    /// Longest line or JSON value held in memory, in bytes: as a document, and no less than documents usually may have.
    /// </summary>
    protected static int LongestValue(CorpusOptions options) =>
        Math.Max(options.MaxDocumentBytes, CorpusOptions.UsualMaxDocumentBytes);

    /// <summary>Reads one document's UTF-8; the span is valid until the next call.</summary>
    protected abstract bool TryRead(out ReadOnlySpan<byte> document);

    protected void CountCutDocument() => _statistics.CutDocuments++;

    protected void CountInvalidSequences(int count) => _statistics.InvalidSequences += count;

    private string NextPiece()
    {
        var rest = _rest.AsSpan(_restStart);
        int length = rest.Length <= _limit ? rest.Length : Utf8Text.CutPosition(rest, _limit);
        _restStart += length;
        if (_restStart == _rest!.Length) _rest = null;
        return Utf8Text.Decode(rest[..length], _statistics);
    }
}
