namespace Loci.Text;

/// <summary>
/// What one pass over a corpus has met so far. A pass adds to it as it goes, so it can be read between two steps (by
/// the thread that steps) for progress, and after the last for the record.
/// </summary>
public sealed class CorpusStatistics
{
    /// <summary>Documents handed out; every piece of a cut document counts.</summary>
    public long Documents { get; internal set; }

    /// <summary>Sentences (or lines, or documents as units) handed out.</summary>
    public long Sentences { get; internal set; }

    /// <summary>Characters of all documents, as UTF-16 code units.</summary>
    public long Characters { get; internal set; }

    /// <summary>
    /// Invalid UTF-8 sequences, and halves of surrogate pairs in JSON escapes; each became one U+FFFD.
    /// </summary>
    public long InvalidSequences { get; internal set; }

    /// <summary>NUL characters; each became one U+FFFD.</summary>
    public long Nuls { get; internal set; }

    /// <summary>Documents longer than <see cref="CorpusOptions.MaxDocumentBytes"/>, which were cut.</summary>
    public long CutDocuments { get; internal set; }

    /// <summary>
    /// Bytes of the files consumed (compressed bytes where compressed), to set against <see cref="Corpus.TotalBytes"/>.
    /// Reading runs ahead of the documents by a buffer.
    /// </summary>
    public long BytesRead { get; internal set; }
}
