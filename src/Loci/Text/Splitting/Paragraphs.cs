using System.Buffers;

namespace Loci.Text.Splitting;

/// <summary>
/// The paragraphs of a document. Each line is one, except where a block (a run of lines without a blank one) is
/// hard-wrapped: narrow lines that end sentences now and then. Within such a block a line break is a space, unless the
/// first line is a heading, a speaker's name or otherwise short, or the next line begins a list item.
/// </summary>
internal ref struct Paragraphs(ReadOnlySpan<char> text, bool joinWrapped, bool bicameral)
{
    /// <summary>The widest line of a hard-wrapped block: 80 columns with some grace.</summary>
    private const int WidestWrap = 100;

    /// <summary>Blocks narrower than this are rather lists and exchanges of short lines.</summary>
    private const int NarrowestWrap = 20;

    internal static readonly char[] LineEndCharacters = ['\n', '\r', '\f', '\u0085', '\u2028', '\u2029'];
    internal static readonly SearchValues<char> LineEnds = SearchValues.Create(LineEndCharacters);

    private readonly ReadOnlySpan<char> _text = text;
    private readonly List<Range> _lines = []; // of the current block, trimmed
    private int _line;                        // next of them
    private bool _wrapped;
    private int _widest;
    private int _position;

    /// <summary>The next paragraph; it does not begin or end with white space, and is not empty.</summary>
    public bool MoveNext(out int start, out int end)
    {
        start = end = 0;
        if (_line == _lines.Count && !ReadBlock()) return false;
        (start, end) = (_lines[_line].Start.Value, _lines[_line].End.Value);
        for (_line++; _wrapped && _line < _lines.Count && Continues(_line); _line++) end = _lines[_line].End.Value;
        return true;
    }

    private bool ReadBlock()
    {
        _lines.Clear();
        (_line, _widest) = (0, 0);
        bool padded = false; // WikiText's form: a space before and after each paragraph
        while (_position < _text.Length)
        {
            int found = _text[_position..].IndexOfAny(LineEnds);
            int start = _position, end = found < 0 ? _text.Length : _position + found;
            _position = end + 1;
            if (found >= 0 && _text[end] == '\r' && _position < _text.Length && _text[_position] == '\n') _position++;
            padded |= end - start > 2 && _text[start] == ' ' && _text[end - 1] == ' ';
            while (start < end && char.IsWhiteSpace(_text[start])) start++;
            while (end > start && char.IsWhiteSpace(_text[end - 1])) end--;
            if (start < end)
            {
                _lines.Add(start..end);
                _widest = Math.Max(_widest, end - start);
            }

            // A block that cannot be hard-wrapped needs no gathering.
            if (_lines.Count > 0 && (start == end || !joinWrapped || _widest > WidestWrap && _lines.Count == 1)) break;
        }

        _wrapped = joinWrapped && !padded && _lines.Count > 1 && _widest is >= NarrowestWrap and <= WidestWrap
            && EndsSentences();
        return _lines.Count > 0;
    }

    /// <summary>
    /// Tells running text from a list of names: its last line, or at least one line in eight, ends a sentence.
    /// </summary>
    private readonly bool EndsSentences()
    {
        if (Punctuation.EndsSentence(_text[_lines[^1]])) return true;
        int ends = 0;
        foreach (var line in _lines)
            if (Punctuation.EndsSentence(_text[line])) ends++;
        return ends * 8 >= _lines.Count && ends > 0;
    }

    /// <summary>True where a line of a hard-wrapped block goes on from the one before.</summary>
    private readonly bool Continues(int line)
    {
        var before = _text[_lines[line - 1]];
        var after = _text[_lines[line]];
        if (IsListItem(after) || IsHeading(before) || IsHeading(after)) return false;
        if (line > 1 || before.Length * 2 >= _widest) return before[^1] != ':' || line > 1;
        return before[^1] is ',' or ';' or '-' or '—' || bicameral && char.IsLower(after[0]);
    }

    private static bool IsHeading(ReadOnlySpan<char> line) => line[0] is '=' or '#' || line[0] == '|';

    private static bool IsListItem(ReadOnlySpan<char> line)
    {
        if (line.Length < 2) return false;
        if (line[0] is '-' or '*' or '•' or '–' or '+') return line[1] == ' ';
        int digits = 0;
        while (digits < line.Length && digits < 4 && char.IsAsciiDigit(line[digits])) digits++;
        return digits is > 0 and < 4 && line[digits..] is ['.' or ')', ' ', ..];
    }
}
