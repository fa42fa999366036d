using Loci.Memory.Numerics;

namespace Loci.Models.Constructed;

/// <summary>
/// The little language of the constructed model: three topics, a few set phrases whose last word is certain, and
/// sentences drawn from a seed. Small enough that what every cell should do can be read off.
/// </summary>
public static class ConstructedLanguage
{
    /// <summary>Stands before every sentence.</summary>
    public const string BeginOfSequence = "<s>";

    /// <summary>Stands for any other word.</summary>
    public const string Unknown = "<unk>";

    /// <summary>The topics: a name that never occurs in a sentence, nouns, and verbs.</summary>
    public static IReadOnlyList<(string Name, string[] Nouns, string[] Verbs)> Topics { get; } =
    [
        ("sea", ["captain", "ship", "harbour", "wave", "sail", "sailor"], ["sailed", "anchored", "drifted"]),
        ("kitchen", ["baker", "oven", "bread", "butter", "flour", "cook"], ["baked", "kneaded", "tasted"]),
        ("weather", ["storm", "cloud", "wind", "rain", "snow", "frost"], ["froze", "thundered", "cleared"]),
    ];

    /// <summary>Set phrases: after all words but the last, the last always comes.</summary>
    public static IReadOnlyList<string[]> Phrases { get; } =
    [
        ["of", "course"],
        ["at", "last"],
        ["for", "example"],
        ["once", "upon", "a"],
        ["soon", "as", "possible"],
        ["day", "and", "night"],
        ["more", "or", "less"],
        ["upon", "a", "time"],
        ["by", "and", "by"],
    ];

    private static readonly string[] s_openings =
    [
        "once upon a time", "at last", "of course", "for example", "by and by", "day and night", "more or less",
        "as soon as possible",
    ];

    private static readonly string[] s_links = ["near", "with", "under", "beyond"];

    /// <summary>Every word, the special ones first; the index is the token id.</summary>
    public static IReadOnlyList<string> Vocabulary { get; } =
    [
        .. new[] { Unknown, BeginOfSequence, ".", ",", "the" }
            .Concat(s_openings.SelectMany(o => o.Split(' ')))
            .Concat(s_links)
            .Concat(Topics.SelectMany(t => t.Nouns.Concat(t.Verbs).Append(t.Name)))
            .Distinct(),
    ];

    /// <summary>Sentences without end; the same seed gives the same ones. Each keeps to one topic.</summary>
    public static IEnumerable<string> Sentences(int seed)
    {
        // Atlases and goldens are made of these sentences: they stay.
        var random = RandomStream.Kept(seed, "constructed sentences");
        while (true)
        {
            var (_, nouns, verbs) = Topics[random.Next(Topics.Count)];
            string clause = $"the {Pick(nouns)} {Pick(verbs)}";
            for (int links = random.Next(3); links > 0; links--) clause += $" {Pick(s_links)} the {Pick(nouns)}";
            yield return random.Next(3) switch
            {
                0 => $"{Pick(s_openings)} , {clause} .",
                1 => $"{clause} {Pick(s_openings)} .",
                _ => $"{clause} .",
            };
        }

        string Pick(string[] words) => words[random.Next(words.Length)];
    }
}
