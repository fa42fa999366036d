using System.Text;

namespace Loci.Worlds;

/// <summary>
/// Last touches to a sentence that was put together from parts: «a» or «an», and the capital it begins with.
/// </summary>
internal static class Wording
{
    /// <summary>Stands before an answer while a sentence is put together; not a letter of any text.</summary>
    public const char AnswerMark = '\u0001';

    private static readonly string[] s_leading =
        ["At", "In", "On", "From", "Once", "Meanwhile", "Before", "After", "If", "By", "As", "Over", "Two", "Her"];

    private static readonly string[] s_vowelButConsonant = ["uni", "use", "usu", "eu", "one", "once"];
    private static readonly string[] s_consonantButVowel = ["hour", "honest", "honou", "heir"];

    /// <summary>The finished sentence; answer marks stay.</summary>
    public static string Finish(string raw)
    {
        var text = new StringBuilder(raw.Length + 8);
        for (int at = 0; at < raw.Length; at++)
        {
            text.Append(raw[at]);
            if (raw[at] is not ('a' or 'A') || at > 0 && raw[at - 1] is not (' ' or AnswerMark) || at + 1 >= raw.Length
                || raw[at + 1] != ' ')
                continue;
            if (TakesAn(raw.AsSpan(at + 2).TrimStart(AnswerMark))) text.Append('n');
        }
        for (int at = 0; at < text.Length; at++)
            if (text[at] != AnswerMark)
            {
                text[at] = char.ToUpperInvariant(text[at]);
                break;
            }
        return text.ToString();
    }

    /// <summary>
    /// Whether a line can follow «in the second half, …»: it begins neither with a name nor with such words itself.
    /// </summary>
    public static bool TakesLead(string line)
    {
        var first = line.AsSpan().TrimStart('[');
        int end = first.IndexOfAny(' ', '|');
        return first[0] != '{' && !s_leading.Contains(first[..end].ToString());
    }

    private static bool TakesAn(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty) return false;
        foreach (string start in s_consonantButVowel)
            if (word.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return true;
        foreach (string start in s_vowelButConsonant)
            if (word.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return false;
        return char.ToLowerInvariant(word[0]) is 'a' or 'e' or 'i' or 'o' or 'u';
    }
}
