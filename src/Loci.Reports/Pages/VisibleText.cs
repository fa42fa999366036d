using System.Globalization;
using System.Text;

namespace Loci.Reports.Pages;

/// <summary>
/// Text that cannot deceive: characters that are invisible, turn the reading direction or are no characters at all are
/// replaced by a sign that says so. Joiners stay, since scripts and emoji need them.
/// </summary>
internal static class VisibleText
{
    public static string Of(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~' or '\n')) return text;
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) visible.Append(Of(rune));
        return visible.ToString();
    }

    private static string Of(Rune rune) => rune.Value switch
    {
        '\n' or '\t' => rune.ToString(),
        < 0x20 => $"{(char)(0x2400 + rune.Value)}",
        0x7F => "\u2421",
        0x2028 or 0x2029 => "⏎",
        0x200C or 0x200D => rune.ToString(),
        _ when (rune.Value & 0xFFFE) == 0xFFFE => "\uFFFD",
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            || rune.Value is >= 0xE0100 and <= 0xE01EF => $"⟨U+{rune.Value:X4}⟩",
        _ => rune.ToString(),
    };
}
