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

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Verbs = Words.Set(
    [
        "said", "says", "say", "asked", "asks", "replied", "replies", "answered", "shouted", "shouts", "cried", "cries",
        "yelled", "whispered", "exclaimed", "called", "added", "screamed", "thought", "wondered", "explained", "responded",
        "agreed", "laughed", "sobbed", "begged", "insisted", "announced", "continued", "suggested", "growled", "barked",
        "squeaked", "giggled", "chirped", "roared", "warned", "muttered", "murmured", "demanded", "declared", "remarked",
    ]);

    /// <summary>
    /// True where a text begins with a reporting verb, or with one to three words and one, unless a comma and a new
    /// quotation follow: « tom said, "no."» answers what was said before, and begins a sentence.
    /// </summary>
    public static bool Begins(ReadOnlySpan<char> text, bool bicameral)
    {
        var first = Words.At(text, 0);
        // With case, an upper-case «She said» was meant to begin a sentence; only a name is upper case either way.
        if (bicameral && char.IsUpper(text[0]) && !Words.IsFirstPerson(first) && Words.LikelyBegins(first)) return false;
        bool joined = false; // the word before is no subject: «ran and said»
        for (int count = 0, at = 0; count < Reach; count++)
        {
            var word = Words.At(text, at);
            if (word.IsEmpty) return false;
            at += word.Length;
            if (Verbs.Contains(word)) return !joined && !Introduces(text[at..]);
            joined = word is "and" or "then" or "also" or "just" or "who" or "to";
            if (at < text.Length && text[at] == '.' && word is "mr" or "mrs" or "dr" or "Mr" or "Mrs" or "Dr") at++;
            if (at >= text.Length || text[at] is not (' ' or '\n')) return false;
            at++;
        }

        return false;
    }

    private static bool Introduces(ReadOnlySpan<char> rest) =>
        rest is [',' or ':', '"' or '“' or '\'' or '‘', ..] or [',' or ':', _, '"' or '“' or '\'' or '‘', ..];
}
