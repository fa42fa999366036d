using Loci.Text.Reading;

namespace Loci.Text;

/// <summary>
/// Text files, read as one stream of documents and sentences in a fixed order. Memory is bounded by the largest
/// document; the corpus itself is never held. Nothing is kept between passes: every enumeration reads the files anew.
/// <list type="bullet">
/// <item><c>.txt</c> (also <c>.text</c>, <c>.md</c>, <c>.raw</c>, <c>.tokens</c> and names without an extension):
/// plain text, documents as <see cref="CorpusOptions.Boundary"/> says.</item>
/// <item><c>.jsonl</c>, <c>.ndjson</c>: one document a line, an object with the text in
/// <see cref="CorpusOptions.Field"/>, or a string.</item>
/// <item><c>.json</c>: one array of such objects or strings, one document each.</item>
/// <item>any of these followed by <c>.gz</c>.</item>
/// </list>
/// Text is UTF-8, with or without a byte order mark, or UTF-16 or UTF-32 with one. What is not, and NUL, is
/// replaced by U+FFFD and counted; more than one such character in a hundred is an error, see
/// <see cref="CorpusOptions.AllowInvalid"/>. A file that is evidently no text (a table, an archive, a model) is
/// refused by what it is, and gzip is looked through under any name. A line or value of JSON longer than a
/// document may be is an error.
/// </summary>
public sealed class Corpus
{
    private const int EnoughToJudge = 1 << 16; // characters of a file, before its end

    private readonly CorpusOptions _options;

    private Corpus(IReadOnlyList<string> paths, long totalBytes, CorpusOptions options) =>
        (Paths, TotalBytes, _options) = (paths, totalBytes, options);

    /// <summary>The files, in reading order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>How the files are read, in words that differ where a text would.</summary>
    public string Reading => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"field {_options.Field}, document {_options.Boundary}, separator {_options.Separator}, at most "
            + $"{_options.MaxDocumentBytes} bytes");

    /// <summary>Length of all files together, in bytes on disk, when the corpus was opened.</summary>
    public long TotalBytes { get; }

    /// <summary>Finds the files of a corpus; reads none of them.</summary>
    /// <param name="paths">
    /// In reading order, each a file; or a folder, which stands for the <c>.txt</c>, <c>.jsonl</c>, <c>.ndjson</c> and
    /// <c>.json</c> files (and their <c>.gz</c>) directly in it, hidden ones left out; or a pattern whose last part
    /// holds <c>*</c> or <c>?</c>. The files of a folder or pattern come in ordinal order of their names.
    /// </param>
    /// <param name="options">How to read them.</param>
    /// <exception cref="LociException">A path leads to no file.</exception>
    /// <exception cref="UnsupportedException">A file's extension is not one of those above.</exception>
    public static Corpus Open(IReadOnlyList<string> paths, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new();
        if (options.MaxDocumentBytes is < 64 or > 1 << 29)
            throw new ArgumentException(
                $"MaxDocumentBytes is {options.MaxDocumentBytes}; it must be 64 to {1 << 29}.", nameof(options));
        var files = CorpusPaths.Expand(paths);
        long total = 0;
        foreach (string file in files) total += FileAccessErrors.Length(file);
        return new(files, total, options);
    }

    /// <summary>Every document, in order.</summary>
    /// <param name="statistics">Counts what is met; a fresh one for each pass.</param>
    /// <exception cref="LociException">While enumerating: a file cannot be read.</exception>
    /// <exception cref="InvalidFileException">
    /// While enumerating: a file does not hold what its extension says.
    /// </exception>
    public IEnumerable<Document> ReadDocuments(CorpusStatistics? statistics = null) =>
        ReadPlaced(statistics ?? new()).Select(placed => placed.Document);

    /// <summary>How the files are read.</summary>
    internal CorpusOptions Options => _options;

    /// <summary>Every document with the place where a reader finds it again.</summary>
    internal IEnumerable<PlacedDocument> ReadPlaced(CorpusStatistics statistics)
    {
        for (int file = 0; file < Paths.Count; file++)
        {
            long before = statistics.BytesRead, characters = statistics.Characters,
                invalid = statistics.InvalidSequences, nuls = statistics.Nuls;
            using var reader = DocumentReader.Open(Paths[file], _options, statistics);
            var place = Place(reader);
            while (reader.Next() is { } text)
            {
                statistics.BytesRead = before + reader.RawPosition;
                statistics.Characters += text.Length;
                if (statistics.Characters - characters >= EnoughToJudge) CheckValid();
                yield return new(new(statistics.Documents++, file, text), place, reader.HasPlaces);
                place = Place(reader);
            }

            statistics.BytesRead = before + reader.RawPosition;
            CheckValid();

            static long? Place(DocumentReader reader) => reader.HasPlaces ? reader.Restart : null;

            void CheckValid()
            {
                if (!_options.AllowInvalid)
                    TextKind.RequireValid(
                        statistics.Characters - characters, statistics.InvalidSequences - invalid,
                        statistics.Nuls - nuls, Paths[file]);
            }
        }
    }

    /// <summary>Every sentence, in order, numbered from 0.</summary>
    /// <param name="unit">What counts as a sentence.</param>
    /// <param name="maxSentences">Stop after this many.</param>
    /// <param name="statistics">Counts what is met; a fresh one for each pass.</param>
    /// <exception cref="LociException">As <see cref="ReadDocuments"/>.</exception>
    public IEnumerable<Sentence> ReadSentences(
        SentenceUnit unit = SentenceUnit.Sentence, long maxSentences = long.MaxValue,
        CorpusStatistics? statistics = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxSentences);
        statistics ??= new();
        return maxSentences == 0 ? [] : Read(unit, maxSentences, statistics);
    }

    private IEnumerable<Sentence> Read(SentenceUnit unit, long maxSentences, CorpusStatistics statistics)
    {
        var ranges = new List<Range>();
        long index = 0;
        foreach (var document in ReadDocuments(statistics))
        {
            ranges.Clear();
            SentenceSplitter.Split(document.Text, unit, ranges);
            foreach (var range in ranges)
            {
                statistics.Sentences++;
                yield return new(index++, SentenceSplitter.Cut(document.Text, range, unit));
                if (index == maxSentences) yield break;
            }
        }
    }

    /// <summary>Reads every file once for its length and hash, in the order of <see cref="Paths"/>.</summary>
    /// <exception cref="LociException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public IReadOnlyList<CorpusFile> HashFiles(CancellationToken cancellation = default) =>
        [.. Paths.Select(path => CorpusFile.Read(path, cancellation))];
}
