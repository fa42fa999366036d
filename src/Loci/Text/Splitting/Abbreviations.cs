using System.Collections.Frozen;

namespace Loci.Text.Splitting;

/// <summary>Whether a single full stop ends a sentence or only the word before it.</summary>
internal static class Abbreviations
{
    private const int Longest = 16;

    /// <summary>Always followed by more: titles before names, and words that introduce something.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NeverLast = Words.Set(
    [
        "mr", "mrs", "ms", "dr", "prof", "messrs", "mme", "mlle", "vs", "e.g", "i.e", "eg", "ie", "cf", "viz", "lt",
        "capt",
        "sgt", "cpl", "cmdr", "brig", "fr", "mt", "ft", "supt",
    ]);

    /// <summary>Abbreviations before a number, many of them words of their own otherwise («No. I will not.»).</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeNumber = Words.Set(
    [
        "no", "nos", "nr", "p", "pp", "vol", "vols", "ch", "chap", "sec", "sect", "fig", "figs", "eq", "eqs", "art",
        "op",
        "pt", "pl", "app", "ed", "v", "c", "ca", "approx", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
        "sept",
        "oct", "nov", "dec", "ver", "tab", "bk", "col", "para", "est",
    ]);

    /// <summary>Abbreviations that may end a sentence: the next word decides.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Either = Words.Set(
    [
        "st", "gen", "col", "maj", "adm", "rev", "hon", "gov", "sen", "rep", "pres", "jr", "sr", "inc", "ltd", "co",
        "corp",
        "bros", "llc", "ave", "blvd", "rd", "dept", "univ", "assn", "al", "etc", "esq", "md", "phd", "ing", "mts",
        "sta",
        "jan", "feb", "apr", "aug", "sept", "oct", "nov", "dec", "ph.d", "vol", "trans", "repr", "pvt", "messrs",
        "insp",
        "det", "supp", "mass", "calif", "conn", "wash", "tex", "fla", "va", "ky", "tenn", "ill", "penn", "colo", "minn",
        "wis", "mich", "ariz", "okla", "nat", "intl", "govt", "orch", "symph", "var", "subsp", "ssp", "spp", "sp", "fl",
    ]);

    // In text without upper case these are rather words, or could be.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> RatherWords = Words.Set(
        [
            "mt", "fr", "ft", "rep", "col", "gen", "ed", "al", "mass", "wash", "ill", "trans", "var", "penn", "nat",
            "fl", "ms", "hon", "det", "app", "tab", "wis", "orch", "conn",
        ]);

    /// <summary>Judges the full stop between two texts.</summary>
    /// <param name="before">The sentence up to the full stop, from its first letter or digit.</param>
    /// <param name="following">The next word.</param>
    /// <param name="after">The text from the next word on.</param>
    /// <param name="bicameral">False for text that has lost its upper case.</param>
    /// <param name="unknown">
    /// The next word was replaced by a mark, as in WikiText: it may be a name or a number.
    /// </param>
    public static bool EndSentence(
        ReadOnlySpan<char> before, ReadOnlySpan<char> following, ReadOnlySpan<char> after, bool bicameral,
        bool unknown)
    {
        var word = LastWord(before);
        bool number = unknown || char.IsDigit(after[0]) || bicameral && IsRoman(following);
        if (word.IsEmpty) // already tokenised: the full stop stands alone, of few abbreviations only
            return !(number && LastWord(before.TrimEnd()) is ("c" or "ca" or "p" or "pp"));
        if (word.Length == before.Length && IsListMarker(word)) return false;
        if (word.Length == 1 && char.IsLetter(word[0]))
            return EndsInitial(word[0], before[..^1].TrimEnd(), following, after, bicameral);
        if (NeverLast.Contains(word) && (bicameral || !RatherWords.Contains(word))) return false;
        if (number && BeforeNumber.Contains(word)) return false;
        bool either = Either.Contains(word)
            && (bicameral ? char.IsUpper(word[0]) || word is "etc" or "al" : !RatherWords.Contains(word));
        if (!either && !IsAcronym(word)) return true;
        if (bicameral && (word.Equals("a.m", StringComparison.OrdinalIgnoreCase)
            || word.Equals("p.m", StringComparison.OrdinalIgnoreCase) || word is "etc" or "al")) return true;
        return Begins(following, after, bicameral);
    }

    /// <summary>
    /// The word before a full stop with the dots inside it («U.S»); empty after a space, digits alone included.
    /// </summary>
    private static ReadOnlySpan<char> LastWord(ReadOnlySpan<char> before)
    {
        int start = before.Length, limit = Math.Max(0, before.Length - Longest);
        while (start > limit && (char.IsLetterOrDigit(before[start - 1]) || before[start - 1] is '.' or '\'' or '’'))
            start--;
        return before[start..].TrimStart("'’.");
    }

    /// <summary>«1. Open the box.»: the number belongs to the sentence that follows.</summary>
    private static bool IsListMarker(ReadOnlySpan<char> word) =>
        word.Length <= 3 && word.IndexOfAnyExceptInRange('0', '9') < 0
            || word.Length == 1 && word[0] is not ('I' or 'i');

    /// <summary>
    /// «J. K. Rowling» and «Smith v. Jones», but «It was I. He left.» and «World War I. German troops».
    /// </summary>
    private static bool EndsInitial(
        char initial, ReadOnlySpan<char> before, ReadOnlySpan<char> following, ReadOnlySpan<char> after, bool bicameral)
    {
        if (following.Length == 1 && after.Length > 1 && after[1] == '.') return false; // another initial
        if (bicameral && initial == 'I' && (before.EndsWith("War") || char.IsLower(FirstOfLastWord(before))))
            return true;
        if (!bicameral && initial is 'i' or 'a') return true;
        return Begins(following, after, bicameral);
    }

    private static char FirstOfLastWord(ReadOnlySpan<char> text)
    {
        var word = LastWord(text);
        return word.IsEmpty ? ' ' : word[0];
    }

    private static bool Begins(ReadOnlySpan<char> following, ReadOnlySpan<char> after, bool bicameral) =>
        !(following.Length == 1 && after.Length > 1 && after[1] == '.')
        && (bicameral ? Words.LikelyBegins(following) : Words.SurelyBegins(following));

    /// <summary>Letters with dots between them, at most two letters apiece: «U.S», «p.m», «Ph.D».</summary>
    private static bool IsAcronym(ReadOnlySpan<char> word)
    {
        if (word.IndexOf('.') <= 0) return false;
        int run = 0;
        foreach (char c in word)
        {
            if (c == '.') run = 0;
            else if (!char.IsLetter(c) || ++run > 2) return false;
        }

        return true;
    }

    private static bool IsRoman(ReadOnlySpan<char> word) =>
        word.Length is > 0 and <= 5 && word.IndexOfAnyExcept("IVXLC") < 0 && word is not "I";
}
