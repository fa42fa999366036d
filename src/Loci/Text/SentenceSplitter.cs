using Loci.Text.Splitting;

namespace Loci.Text;

/// <summary>
/// Documents to sentences, by rules: terminators, closing quotes and brackets, abbreviations,
/// initials, ellipses, lists.
/// <para>
/// A line is a paragraph and ends a sentence, except in a block of hard-wrapped lines (see <see cref="Paragraphs"/>).
/// Where the next word must be upper case for a sentence to begin, text without upper case is recognised and judged by
/// its words instead. Text that is already tokenised (« . » between spaces, as in WikiText) keeps its form.
/// Rules are for English; CJK, Arabic, Indic, Armenian and Ethiopic terminators are known too.
/// </para>
/// <para>
/// Every character of the document that is not white space is in exactly one sentence, in order. Time is linear in the
/// length of the document whatever it holds, and the result depends on the text alone, not on culture or machine.
/// </para>
/// </summary>
public static class SentenceSplitter
{
    /// <summary>
    /// The sentences of a document, in order: trimmed, none empty, line breaks inside one turned to spaces.
    /// </summary>
    public static IReadOnlyList<string> Split(string document, SentenceUnit unit = SentenceUnit.Sentence)
    {
        ArgumentNullException.ThrowIfNull(document);
        var ranges = new List<Range>();
        Split(document, unit, ranges);
        return [.. ranges.Select(range => Cut(document, range, unit))];
    }

    /// <summary>Appends where each sentence lies; none begins or ends with white space.</summary>
    internal static void Split(ReadOnlySpan<char> document, SentenceUnit unit, List<Range> sentences)
    {
        if (unit == SentenceUnit.Document)
        {
            AddTrimmed(document, 0, document.Length, sentences);
            return;
        }

        bool bicameral = unit == SentenceUnit.Sentence && UsesUpperCase(document);
        var paragraphs = new Paragraphs(document, joinWrapped: unit == SentenceUnit.Sentence, bicameral);
        while (paragraphs.MoveNext(out int start, out int end))
        {
            if (unit == SentenceUnit.Line)
            {
                AddTrimmed(document, start, end, sentences);
                continue;
            }

            var scanner = new SentenceScanner(document[start..end], bicameral);
            while (scanner.MoveNext(out int from, out int to))
                AddTrimmed(document, start + from, start + to, sentences);
        }
    }

    /// <summary>The text of one range; the line breaks of hard-wrapped lines become single spaces.</summary>
    internal static string Cut(string document, Range range, SentenceUnit unit)
    {
        string text = document[range];
        return unit == SentenceUnit.Document || text.AsSpan().IndexOfAny(Paragraphs.LineEnds) < 0 ? text
            : string.Join(
                ' ',
                text.Split(
                    Paragraphs.LineEndCharacters,
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    private static void AddTrimmed(ReadOnlySpan<char> document, int start, int end, List<Range> sentences)
    {
        while (start < end && char.IsWhiteSpace(document[start])) start++;
        while (end > start && char.IsWhiteSpace(document[end - 1])) end--;
        if (start < end) sentences.Add(start..end);
    }

    /// <summary>
    /// False for text whose writer, or whose preparation, did away with upper case. English has 2 to 5 upper-case
    /// letters in 100; one in 200 allows for the odd one that slipped through.
    /// </summary>
    private static bool UsesUpperCase(ReadOnlySpan<char> text)
    {
        int upper = 0, lower = 0;
        foreach (char c in text)
        {
            if ((uint)(c - 'a') <= 'z' - 'a') lower++;
            else if ((uint)(c - 'A') <= 'Z' - 'A') upper++;
            else if (c >= 0x80 && char.IsUpper(c)) upper++;
            else if (c >= 0x80 && char.IsLower(c)) lower++;
        }

        return upper > 0 && upper >= lower / 200;
    }
}
