namespace Loci.Tokenizers.Pipeline;

/// <summary>What becomes of the delimiters a text is cut at.</summary>
internal enum Delimiter
{
    Isolated,
    Removed,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>
/// Joins the matches of a pattern and what lies between them to pieces, in order, as the behaviour of the delimiter
/// says. Of several delimiters in a row only the first is merged with what precedes, and only
/// the last with what follows.
/// </summary>
internal struct Cutter(Piece whole, Delimiter delimiter, List<Piece> into)
{
    private int start = -1; // of the piece that may still grow
    private int end;
    private bool previous;

    /// <summary>Takes the next stretch; stretches are adjacent, not empty, and cover the text.</summary>
    public void Add(int from, int to, bool isDelimiter)
    {
        bool grows = delimiter switch
        {
            Delimiter.Contiguous => isDelimiter == previous,
            Delimiter.MergedWithPrevious => isDelimiter && !previous,
            Delimiter.MergedWithNext => previous && !isDelimiter,
            _ => false,
        };
        previous = isDelimiter;
        if (delimiter == Delimiter.Removed && isDelimiter) return;
        if (start >= 0 && grows)
        {
            end = to;
            return;
        }
        Finish();
        (start, end) = (from, to);
    }

    public readonly void Finish()
    {
        if (start >= 0) into.Add(whole.Slice(start, end));
    }
}
