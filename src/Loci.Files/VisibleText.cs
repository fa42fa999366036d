using System.Globalization;
using System.Text;

namespace Loci;

/// <summary>
/// Text that cannot deceive: characters that are invisible, turn the reading direction, command a terminal or are no
/// characters at all are replaced by a sign that says so.
/// </summary>
public static class VisibleText
{
    /// <summary>Running text; line ends and tabs stay.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="joiners">
    /// Zero-width joiners stay, since scripts and emoji need them; a terminal shows nothing of them.
    /// </param>
    public static string Of(string text, bool joiners = false)
    {
        if (IsPlain(text)) return text;
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) visible.Append(Of(rune, joiners));
        return visible.ToString();
    }

    /// <summary>A token's text: its spaces, line ends and tabs are signs too.</summary>
    public static string Token(string text) => Of(text.Replace(' ', '·').Replace('\n', '⏎').Replace('\t', '⇥'));

    /// <summary>Running text on one line: line ends are signs, tabs are spaces.</summary>
    public static string Line(string text) => Of(text.ReplaceLineEndings("⏎").Replace('\t', ' '));

    private static bool IsPlain(string text) => text.AsSpan().IndexOfAnyExcept(s_plain) < 0;

    private static readonly System.Buffers.SearchValues<char> s_plain =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\n', '·']);

    private static string Of(Rune rune, bool joiners) => rune.Value switch
    {
        '\n' or '\t' => rune.ToString(),
        < 0x20 => $"{(char)(0x2400 + rune.Value)}",
        0x7F => "\u2421",
        0x2028 or 0x2029 => "⏎",
        0x200C or 0x200D when joiners => rune.ToString(),
        _ when (rune.Value & 0xFFFE) == 0xFFFE => "\uFFFD",
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.PrivateUse
            || rune.Value is >= 0xE0100 and <= 0xE01EF => $"⟨U+{rune.Value:X4}⟩",
        _ => rune.ToString(),
    };
}
