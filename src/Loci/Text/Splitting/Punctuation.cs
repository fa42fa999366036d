using System.Buffers;
using System.Text;

namespace Loci.Text.Splitting;

/// <summary>The characters that end sentences, close and open quotations, and make words.</summary>
internal static class Punctuation
{
    private const string Terminators = ".!?…‽⁇⁈⁉؟۔।॥։።፧\u037E" + Ideographic;
    private const string Ideographic = "。！？｡．";

    /// <summary>Characters that can end a sentence.</summary>
    public static readonly SearchValues<char> Ends = SearchValues.Create(Terminators);

    public static bool IsTerminator(char c) => c < 0x80 ? c is '.' or '!' or '?' : Terminators.Contains(c);

    /// <summary>Ends a sentence without a space after it.</summary>
    public static bool IsIdeographic(char c) => c >= 0x80 && Ideographic.Contains(c);

    public static bool IsQuote(char c) => c is '"' or '\'' or '”' or '’' or '»' or '›' or '」' or '』' or '“' or '‘';

    public static bool IsCloser(char c) => c is '"' or '\'' or ')' or ']' or '}' or '*' or '_'
        || c >= 0x80 && c is '”' or '’' or '»' or '›' or '」' or '』' or '）' or '】' or '》' or '〉' or '］' or '｝';

    /// <summary>Closers that are never openers, so that they can be told when they stand between spaces.</summary>
    public static bool IsOnlyCloser(char c) => c is '”' or '’' or '»' or ')' or ']' or '}';

    /// <summary>
    /// Length of a curly quote at a position whose UTF-8 was once read as Windows-1252 («â€œ», «â€™», and «â€» for the
    /// closing one, whose third character has no glyph and gets lost); 0 where there is none. Web
    /// corpora are full of them.
    /// </summary>
    public static int MangledQuote(ReadOnlySpan<char> text, int at, bool closing)
    {
        if (text[at] != 'â' || at + 1 >= text.Length || text[at + 1] != '€') return 0;
        char third = at + 2 < text.Length ? text[at + 2] : ' ';
        if (closing)
            return third is '\u009D' or '™' ? 3 : char.IsLetterOrDigit(third) || third is '“' or '”' or '˜' ? 0 : 2;
        return third is 'œ' or '˜' ? 3 : 0;
    }

    /// <summary>True for a text that ends like a sentence: a terminator or dash, closers after it or not.</summary>
    public static bool EndsSentence(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && (IsCloser(text[end - 1]) || text[end - 1] == ' ')) end--;
        return end > 0 && (IsTerminator(text[end - 1]) || text[end - 1] == '—' || text[..end].EndsWith("--"));
    }

    /// <summary>True where a letter or digit stands at a position, surrogate pairs included.</summary>
    public static bool IsWordAt(ReadOnlySpan<char> text, int at) =>
        char.IsSurrogate(text[at])
            ? Rune.DecodeFromUtf16(text[at..], out var rune, out _) == OperationStatus.Done
            && Rune.IsLetterOrDigit(rune)
            : char.IsLetterOrDigit(text[at]);
}
