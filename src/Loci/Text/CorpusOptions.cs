namespace Loci.Text;

/// <summary>What one document of a plain text file is.</summary>
public enum DocumentBoundary
{
    /// <summary>A run of lines without a blank line between them.</summary>
    BlankLine,

    /// <summary>Every line that is not blank.</summary>
    Line,

    /// <summary>The whole file, or what lies between two separator lines.</summary>
    File,
}

/// <summary>How the files of a corpus are read.</summary>
public sealed record CorpusOptions
{
    /// <summary>The field that holds the text in <c>.jsonl</c> and in the objects of a <c>.json</c> array.</summary>
    public string Field { get; init; } = "text";

    /// <summary>What one document of a plain text file is; JSON says it itself.</summary>
    public DocumentBoundary Boundary { get; init; } = DocumentBoundary.BlankLine;

    /// <summary>
    /// A line of a plain text file that holds nothing but this ends a document and is no text itself; null for none.
    /// The default is the mark of GPT-2's training text, which story and web corpora use too.
    /// </summary>
    public string? Separator { get; init; } = "<|endoftext|>";

    /// <summary>
    /// Longest document in bytes of UTF-8, at least 64. A longer one is cut into several, at a line end where there is
    /// one, otherwise at a space, otherwise between two characters; memory is bounded by it for plain text.
    /// </summary>
    public int MaxDocumentBytes { get; init; } = UsualMaxDocumentBytes;

    /// <summary>
    /// True to read a file also where more than one character in a hundred is not UTF-8, or is NUL: it is no text, or
    /// in another encoding, and all of that becomes U+FFFD.
    /// </summary>
    public bool AllowInvalid { get; init; }

    internal const int UsualMaxDocumentBytes = 16 << 20;
}
