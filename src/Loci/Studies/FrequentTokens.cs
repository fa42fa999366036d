namespace Loci.Studies;

/// <summary>Stop words without a list: the most frequent tokens of a text, in any language and any tokenizer.</summary>
internal static class FrequentTokens
{
    /// <summary>The share of the text that stop tokens make up.</summary>
    public const double Coverage = 0.5;

    /// <summary>
    /// The fewest tokens that make up half of the text, the most frequent first, ties to the smaller id.
    /// </summary>
    public static HashSet<int> Of(StudyText text)
    {
        Dictionary<int, long> counts = [];
        foreach (int token in text.Tokens) counts[token] = counts.GetValueOrDefault(token) + 1;
        HashSet<int> frequent = [];
        long covered = 0;
        foreach (var (token, count) in counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key))
        {
            if (covered >= Coverage * text.Tokens.Length) break;
            covered += count;
            frequent.Add(token);
        }
        return frequent;
    }
}
