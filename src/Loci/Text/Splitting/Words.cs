using System.Collections.Frozen;

namespace Loci.Text.Splitting;

/// <summary>Words that tell whether a sentence begins with them.</summary>
internal static class Words
{
    /// <summary>Longest word looked at; no word of any list here comes near it.</summary>
    private const int Longest = 24;

    private static readonly string[] Sure =
    [
        "he", "she", "it", "they", "we", "you", "i", "the", "this", "that", "these", "those", "there", "here", "his",
        "its",
        "their", "my", "our", "your", "it's", "he's", "she's", "i'm", "let's", "then", "when", "what", "why", "who",
        "how",
        "where", "but", "so", "yes", "suddenly", "finally", "one",
    ];

    private static readonly string[] Likely =
    [
        "a", "an", "in", "on", "at", "from", "to", "for", "with", "by", "as", "if", "while", "after", "before",
        "although",
        "though", "however", "and", "or", "thus", "also", "meanwhile", "which", "two", "three", "some", "many", "most",
        "each",
        "all", "both", "no", "not", "once", "upon", "since", "during", "under", "over", "another", "such", "is", "are",
        "was",
        "were", "do", "does", "did", "can", "could", "will", "would", "should", "her", "following", "despite", "among",
        "according", "other", "several", "unlike", "between", "because", "until", "within", "without", "despite",
        "although",
        "later", "now", "today", "every", "any", "only", "even", "just", "like", "about", "through",
    ];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SureSet = Set(Sure);
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> LikelySet = Set([.. Sure, .. Likely]);

    /// <summary>A set of words that a span of text can be looked up in, whatever its case.</summary>
    public static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(IEnumerable<string> words) =>
        words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The word at a position: letters, digits and apostrophes, cut at a length no listed word has.</summary>
    public static ReadOnlySpan<char> At(ReadOnlySpan<char> text, int at)
    {
        int end = at, limit = Math.Min(text.Length, at + Longest);
        while (end < limit && (char.IsLetterOrDigit(text[end])
            || text[end] is '\'' or '’' && end > at && end + 1 < text.Length && char.IsLetter(text[end + 1]))) end++;
        return text[at..end];
    }

    /// <summary>A word that hardly follows an abbreviation within a sentence, whatever its case.</summary>
    public static bool SurelyBegins(ReadOnlySpan<char> word) => SureSet.Contains(word);

    /// <summary>A word that, written with an upper-case letter, begins a sentence.</summary>
    public static bool LikelyBegins(ReadOnlySpan<char> word) => LikelySet.Contains(word);

    /// <summary>«I» and its contractions: upper case wherever it stands.</summary>
    public static bool IsFirstPerson(ReadOnlySpan<char> word) => word is ['I'] or ['I', '\'' or '’', ..];
}
