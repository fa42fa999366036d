namespace Loci.Text.Reading;

/// <summary>The documents of one file, one after the other.</summary>
internal abstract class DocumentReader : IDisposable
{
    private readonly int _limit;
    private readonly CorpusStatistics _statistics;
    private byte[]? _rest;
    private int _restStart;

    protected DocumentReader(string path, CorpusOptions options, CorpusStatistics statistics)
    {
        (Path, Window, _limit, _statistics) = (path, new(path), options.MaxDocumentBytes, statistics);
        if (options.AllowInvalid) return;
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

    public static DocumentReader Open(string path, CorpusOptions options, CorpusStatistics statistics) =>
        CorpusPaths.FormatOf(path) switch
        {
            CorpusFormat.JsonLines => new JsonLinesReader(path, options, statistics),
            CorpusFormat.JsonArray => new JsonArrayReader(path, options, statistics),
            _ => Plain(path, options, statistics),
        };

    private static PlainTextReader Plain(string path, CorpusOptions options, CorpusStatistics statistics)
    {
        var reader = new PlainTextReader(path, options, statistics);
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
