using System.Collections.Frozen;

namespace Loci.Text.Splitting;

/// <summary>
/// What follows a quotation and still belongs to its sentence: « said tom», « the little fish asked». Lower case shows
/// it where a text has case; otherwise, and before names, the reporting verb does.
/// </summary>
internal static class SpeechTag
{
    /// <summary>Words up to the verb, itself included: «the little dog said».</summary>
    private const int Reach = 4;

    /// <summary>How far to look for a quotation that the verb introduces.</summary>
    private const int IntroductionReach = 80;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Verbs = Words.Set(
    [
        "said", "says", "say", "asked", "asks", "replied", "replies", "answered", "shouted", "shouts", "cried", "cries",
        "yelled", "yells", "whispered", "whispers", "exclaimed", "added", "screamed", "explained", "responded",
        "sobbed",
        "begged", "insisted", "announced", "growled", "barked", "squeaked", "chirped", "roared", "warned", "muttered",
        "murmured", "demanded", "declared", "remarked", "called", "thought", "wondered", "agreed", "laughed", "giggled",
        "continued", "suggested",
    ]);

    /// <summary>Verbs that with a subject before them more often tell an act: «tom agreed and they went».</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Acts = Words.Set(
        [
            "thought", "wondered", "agreed", "laughed", "giggled", "continued", "suggested", "barked", "cried",
            "screamed",
        ]);

    /// <summary>After «said»: what was said, so that the verb does not look back («she said yes and ran»).</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Said = Words.Set(
    [
        "yes", "no", "that", "it", "it's", "they", "he", "she", "i", "we", "you", "the", "there", "goodbye", "bye",
        "hello",
        "hi", "sorry", "ok", "okay", "thank", "thanks", "maybe", "if", "for", "them", "him", "her", "his", "a", "what",
        "how", "why", "where",
    ]);

    /// <summary>
    /// True where a text begins with a reporting verb, or with one to three words and one, unless the verb introduces
    /// what comes: « tom said, "no."» answers what was said before, and begins a sentence.
    /// </summary>
    public static bool Begins(ReadOnlySpan<char> text, bool bicameral)
    {
        var first = Words.At(text, 0);
        // With case, an upper-case «She said» was meant to begin a sentence; only a name is upper case either way.
        if (bicameral && char.IsUpper(text[0]) && !Words.IsFirstPerson(first) && Words.LikelyBegins(first))
            return false;
        bool subject = true; // the word before can be the verb's: not so in «ran and said»
        for (int count = 0, at = 0; count < Reach; count++)
        {
            var word = Words.At(text, at);
            if (word.IsEmpty) return false;
            at += word.Length;
            if (Verbs.Contains(word)) return count == 0 || subject && LooksBack(text[at..], Acts.Contains(word));
            subject = word is not ("and" or "then" or "also" or "just" or "who" or "to");
            if (at < text.Length && text[at] == '.' && word is "mr" or "mrs" or "dr" or "Mr" or "Mrs" or "Dr") at++;
            if (at >= text.Length || text[at] is not (' ' or '\n')) return false;
            at++;
        }

        return false;
    }

    /// <summary>Judges subject and verb by what follows them.</summary>
    private static bool LooksBack(ReadOnlySpan<char> rest, bool act)
    {
        if (rest.IsEmpty || Punctuation.IsTerminator(rest[0])) return true;
        if (act || rest[0] is not (',' or ' ' or '\n')) return false;
        if (rest[0] != ',' && Said.Contains(Words.At(rest, 1))) return false;
        for (int at = 0; at < rest.Length && at < IntroductionReach && !Punctuation.IsTerminator(rest[at]); at++)
            if (rest[at] is '"' or '“' or '‘' or '«' || Punctuation.MangledQuote(rest, at, closing: false) > 0)
                return false;
        return true;
    }
}
