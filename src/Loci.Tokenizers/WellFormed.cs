using System.Text;

namespace Loci.Tokenizers;

/// <summary>Text as tokenizers know it has no lone halves of surrogate pairs.</summary>
internal static class WellFormed
{
    /// <summary>The text with U+FFFD in place of every lone surrogate.</summary>
    public static string Text(string text)
    {
        for (int at = 0; (at = NextSurrogate(text, at)) >= 0; at += 2)
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text;
    }

    private static int NextSurrogate(string text, int from)
    {
        int found = text.AsSpan(from).IndexOfAnyInRange('\uD800', '\uDFFF');
        return found < 0 ? -1 : from + found;
    }
}
