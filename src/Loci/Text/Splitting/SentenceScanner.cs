namespace Loci.Text.Splitting;

/// <summary>
/// The sentences of one paragraph, found in one walk from terminator to terminator. Looking back and ahead is bounded
/// by constants, so that time is linear on any text.
/// </summary>
internal ref struct SentenceScanner(ReadOnlySpan<char> text, bool bicameral)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _start;        // of the current sentence
    private int _firstWord;    // first letter or digit of it, as far as it has been looked for
    private int _quotes;       // straight double quotes before _quotesSeen
    private int _quotesSeen;

    /// <summary>The next sentence, white space around it included.</summary>
    public bool MoveNext(out int from, out int to)
    {
        from = to = _start;
        if (_start >= _text.Length) return false;
        int position = _start;
        while (true)
        {
            int found = _text[position..].IndexOfAny(Punctuation.Ends);
            if (found < 0) break;
            var mark = ReadMark(position + found);
            position = mark.End;
            if (position >= _text.Length) break;
            if (!IsBoundary(mark)) continue;
            to = _start = _firstWord = position;
            return true;
        }

        to = _start = _text.Length;
        return true;
    }

    /// <summary>
    /// Takes a run of terminators with everything that belongs to it: more terminators between spaces (« . . . »),
    /// closing quotes and brackets (attached, or between spaces in tokenised text), a reference number («[12]»).
    /// </summary>
    private EndMark ReadMark(int first)
    {
        var mark = new EndMark { First = first, End = first };
        while (mark.End < _text.Length)
        {
            char c = _text[mark.End];
            if (Punctuation.IsTerminator(c))
            {
                mark.Count += c == '…' ? 3 : 1;
                mark.Strong |= c is not ('.' or '…' or '．');
                mark.Ideographic = Punctuation.IsIdeographic(c);
                mark.Quoted = false; // «?".» has ended the sentence around the quotation too
                mark.End++;
            }
            else if (Punctuation.IsCloser(c))
            {
                mark.Quoted |= Punctuation.IsQuote(c);
                mark.End++;
            }
            else if (Punctuation.MangledQuote(_text, mark.End, closing: true) is > 0 and int quote)
            {
                mark.Quoted = true;
                mark.End += quote;
            }
            else if (c == '[' && ReferenceLength(mark.End) is > 0 and int length)
            {
                mark.End += length;
            }
            else
            {
                int next = SkipSpace(mark.End);
                if (next == mark.End || next == _text.Length) break;
                if (Punctuation.IsTerminator(_text[next]) && StandsAlone(next)) mark.End = next;
                else if (ClosesBetweenSpaces(next)) mark.End = next;
                else break;
            }
        }

        return mark;
    }

    private bool IsBoundary(in EndMark mark)
    {
        if (!HasWordBefore(mark.First)) return false;
        int next = SkipSpace(mark.End);
        if (next == _text.Length) return false;
        if (mark.Ideographic && !(char.IsDigit(_text[next]) && _text[mark.End - 1] == '．'))
            return !(mark.Quoted && _text[next] == 'と'); // 「…！」と goes on: he said
        if (next == mark.End) return false;
        if (_text[next] is ',' or ';' or ':' or '&' or '%' or '=' or '+' or '/' or ')' or '|' or '@') return false;
        // «c . 46 . – 127»
        if (_text[next] == '–' && next + 2 < _text.Length && char.IsDigit(_text[next + 2])) return false;

        int word = SkipOpeners(next, out bool tooMany);
        if (tooMany) return true;
        if (word == _text.Length) return false; // nothing but signs follows: they stay with this sentence
        if (mark.Quoted && SpeechTag.Begins(_text[word..], bicameral)) return false;
        if (bicameral && BeginsLower(word)) return false;
        if (mark.Strong) return true;
        var following = Words.At(_text, word);
        if (mark.Count > 1) return bicameral ? !Words.IsFirstPerson(following) : Words.SurelyBegins(following);
        return Abbreviations.EndSentence(
            _text[FirstWord()..mark.First], following, _text[word..], bicameral, IsUnknown(word));
    }

    /// <summary>
    /// True for a lower-case word, but not for «iPhone», nor for WikiText's «&lt;unk&gt;», which stands for any word.
    /// </summary>
    private readonly bool BeginsLower(int word)
    {
        if (!char.IsLower(_text[word])) return false;
        if (word + 1 < _text.Length && char.IsUpper(_text[word + 1])) return false;
        return !IsUnknown(word);
    }

    private readonly bool IsUnknown(int word) => word > 0 && _text[word - 1] == '<' && _text[word..].StartsWith("unk>");

    private readonly int SkipSpace(int at)
    {
        while (at < _text.Length && char.IsWhiteSpace(_text[at])) at++;
        return at;
    }

    /// <summary>From what may open a sentence to its first letter or digit, a few steps at most.</summary>
    private readonly int SkipOpeners(int at, out bool tooMany)
    {
        int limit = Math.Min(_text.Length, at + 12);
        while (at < limit && Punctuation.MangledQuote(_text, at, closing: false) is var mangled
            && (mangled > 0 || !Punctuation.IsWordAt(_text, at))) at += Math.Max(1, mangled);
        tooMany = at >= limit && limit < _text.Length;
        return at;
    }

    private bool HasWordBefore(int end) => FirstWord(end) < end;

    private int FirstWord(int end = int.MaxValue)
    {
        while (_firstWord < end && _firstWord < _text.Length && !Punctuation.IsWordAt(_text, _firstWord)) _firstWord++;
        return _firstWord;
    }

    /// <summary>True for a run of terminators with space or closers around it, as in « . . . ».</summary>
    private readonly bool StandsAlone(int at)
    {
        while (at < _text.Length && Punctuation.IsTerminator(_text[at])) at++;
        return at == _text.Length || char.IsWhiteSpace(_text[at]) || Punctuation.IsCloser(_text[at]);
    }

    /// <summary>
    /// True for a closer between spaces; a straight quote closes where an odd number of them came before.
    /// </summary>
    private bool ClosesBetweenSpaces(int at)
    {
        if (at + 1 < _text.Length && !char.IsWhiteSpace(_text[at + 1])) return false;
        if (Punctuation.IsOnlyCloser(_text[at])) return true;
        if (_text[at] != '"') return false;
        _quotes += _text[_quotesSeen..at].Count('"');
        _quotesSeen = at;
        return (_quotes & 1) == 1;
    }

    private readonly int ReferenceLength(int at)
    {
        int end = at + 1;
        while (end < _text.Length && end - at <= 4 && char.IsAsciiDigit(_text[end])) end++;
        return end > at + 1 && end < _text.Length && _text[end] == ']' ? end + 1 - at : 0;
    }

    /// <summary>Terminators and what closes with them.</summary>
    private struct EndMark
    {
        public int First;         // the first terminator
        public int End;           // behind the last closer
        public int Count;         // of terminators; an ellipsis character counts as three
        public bool Strong;       // one of them is no full stop
        public bool Ideographic;  // the last one needs no space after it
        public bool Quoted;       // a quotation closes
    }
}
