using Loci.Text.Reading;

namespace Loci.Text;

/// <summary>
/// Makes a <see cref="SentenceIndex"/>: hashes the files, then reads them once, sentence by sentence.
/// </summary>
internal static class SentenceIndexer
{
    /// <summary>Indexes a corpus.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="unit">What counts as a sentence.</param>
    /// <param name="maxSentences">Stop after so many; null: read all.</param>
    /// <param name="folder">Where files are unpacked that have no places of their own.</param>
    /// <param name="progress">Told the bytes of the files read so far.</param>
    /// <param name="cancellation">Ends the pass.</param>
    /// <exception cref="LociException">A file cannot be read, or the folder not be written.</exception>
    public static SentenceIndex Index(
        Corpus corpus, SentenceUnit unit, long? maxSentences, string folder, IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        var files = corpus.HashFiles(cancellation);
        string[] sources = [.. corpus.Paths.Select(Path.GetFullPath)];
        var statistics = new CorpusStatistics();
        var blocks = new List<BlockPlace>();
        var ranges = new List<Range>();
        var digest = new BlockDigest();
        var block = default(BlockPlace);
        UnpackedText? unpacked = null;
        long sentences = 0, characters = 0, anchor = 0;
        int sinceAnchor = 0, file = -1; // sentences between the anchor and the current one
        try
        {
            foreach (var (document, restart, hasPlaces) in corpus.ReadPlaced(statistics))
            {
                cancellation.ThrowIfCancellationRequested();
                if (document.File != file)
                {
                    unpacked?.Close();
                    file = document.File;
                    unpacked = hasPlaces ? null : new(Path.Combine(folder, $"text-{file}.jsonl"));
                    if (unpacked is not null) sources[file] = unpacked.Path;
                }
                if ((unpacked?.Add(document.Text) ?? restart) is { } place) (anchor, sinceAnchor) = (place, 0);
                ranges.Clear();
                SentenceSplitter.Split(document.Text, unit, ranges);
                foreach (var range in ranges)
                {
                    if (sentences % SentenceIndex.BlockSize == 0) block = new(file, anchor, sinceAnchor, 0);
                    string text = SentenceSplitter.Cut(document.Text, range, unit);
                    digest.Add(text);
                    characters += text.Length;
                    (sentences, sinceAnchor) = (sentences + 1, sinceAnchor + 1);
                    if (sentences % SentenceIndex.BlockSize == 0) blocks.Add(block with { Digest = digest.Take() });
                    if (sentences == maxSentences) break;
                }
                progress?.Report(statistics.BytesRead);
                if (sentences == maxSentences) break;
            }
            if (sentences % SentenceIndex.BlockSize > 0) blocks.Add(block with { Digest = digest.Take() });
            unpacked?.Close();
        }
        finally
        {
            unpacked?.Dispose();
        }
        if (!corpus.HashFiles(cancellation).SequenceEqual(files))
            throw new LociException("The corpus was changed while it was read. Begin again.");
        return new()
        {
            Files = [.. files.Select(each => each with { Path = Path.GetFullPath(each.Path) })],
            Sources = sources,
            Options = corpus.Options,
            Reading = corpus.Reading,
            Unit = unit,
            MaxSentences = maxSentences,
            Sentences = sentences,
            Characters = characters,
            Replaced = statistics.InvalidSequences + statistics.Nuls,
            Blocks = blocks,
        };
    }
}
