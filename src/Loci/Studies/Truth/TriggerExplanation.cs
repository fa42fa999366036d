using Loci.Worlds;

namespace Loci.Studies.Truth;

/// <summary>What a trigger set has in common.</summary>
public enum ExplainedBy
{
    /// <summary>Neither suffix nor topic tells triggers from other prefixes.</summary>
    Nothing,

    /// <summary>The suffix does within a topic; the topic adds nothing to the last word.</summary>
    Suffix,

    /// <summary>
    /// The topic does among prefixes that end in the same word; the suffix adds nothing to the topic.
    /// </summary>
    Topic,

    /// <summary>Each adds to the other.</summary>
    Both,

    /// <summary>One of them does, and which cannot be told: suffix and topic come together in these triggers.</summary>
    Inseparable,
}

/// <summary>How well the triggers of one cell and pole are explained by their suffix and by their topic.</summary>
/// <param name="Cell">The cell, at the pole meant.</param>
/// <param name="Triggers">How many triggers were looked at.</param>
/// <param name="TopicPurity">Share of the triggers that have the most common topic.</param>
/// <param name="SuffixPurity">The same of suffixes of 1 to 4 words.</param>
/// <param name="Topic">Topic, triggers against random prefixes of the corpus.</param>
/// <param name="Suffix">Suffixes of 1 to 4 words together, triggers against random prefixes of the corpus.</param>
/// <param name="SuffixWithinTopic">
/// Suffixes, against random prefixes of the same topics: what the topic does not explain.
/// </param>
/// <param name="TopicBeyondSuffix">
/// Topic, one trigger for each different end of two words, against random prefixes with the same last words: what the
/// last word does not explain. Null where fewer than the least number of triggers have different ends.
/// </param>
public sealed record TriggerExplanation(
    CellId Cell, int Triggers, double TopicPurity, IReadOnlyList<double> SuffixPurity,
    ShuffleTest Topic, ShuffleTest Suffix, ShuffleTest SuffixWithinTopic, ShuffleTest? TopicBeyondSuffix)
{
    /// <summary>The verdict.</summary>
    /// <param name="level">
    /// What p must not exceed: 0.05 for the 95th percentile of the shuffles, 0.01 for the 99th.
    /// </param>
    public ExplainedBy Verdict(double level) => (SuffixWithinTopic.P <= level, TopicBeyondSuffix?.P <= level) switch
    {
        (true, true) => ExplainedBy.Both,
        (true, false) => ExplainedBy.Suffix,
        (false, true) => ExplainedBy.Topic,
        _ => Topic.P <= level || Suffix.P <= level ? ExplainedBy.Inseparable : ExplainedBy.Nothing,
    };

    /// <summary>Explains the triggers of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="triggers">Its triggers, as prefixes of the corpus.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="options">How to test.</param>
    internal static TriggerExplanation Of(
        CellId cell, int[] triggers, GroundTruthCorpus corpus, GroundTruthOptions options)
    {
        // A cell's numbers depend on the cell alone, whatever is measured besides, in any order.
        var draws = new Draws(options.Seed ^ ((ulong)cell.Layer << 40 | (ulong)cell.Index << 1 | (ulong)cell.Pole));
        int[] any = [.. triggers.Select(_ => corpus.Any(draws))];
        int[] sameTopic = [.. triggers.Select(trigger => corpus.OfSameTopic(trigger, draws))];
        int[] different = [.. triggers.DistinctBy(trigger => corpus.Suffix(trigger, 2))];
        int[] sameWord = [.. different.Select(trigger => corpus.WithSameLastWord(trigger, draws))];
        int[] lengths = [.. Enumerable.Range(1, GroundTruthCorpus.LongestSuffix)];

        return new(
            cell, triggers.Length, Purity(triggers, corpus.Topic),
            [.. lengths.Select(length => Purity(triggers, trigger => corpus.Suffix(trigger, length)))],
            Test([corpus.Topic], triggers, any), Test(Suffixes(), triggers, any), Test(Suffixes(), triggers, sameTopic),
            different.Length < options.LeastTriggers ? null : Test([corpus.Topic], different, sameWord));

        Func<int, ulong>[] Suffixes() =>
            [.. lengths.Select(length => (Func<int, ulong>)(trigger => corpus.Suffix(trigger, length)))];

        ShuffleTest Test(Func<int, ulong>[] labels, int[] members, int[] others) =>
            ShuffleTest.Run(
                [.. labels.Select(label => members.Concat(others).Select(label).ToArray())], options.Shuffles, draws);
    }

    private static double Purity(int[] triggers, Func<int, ulong> label) =>
        (double)triggers.CountBy(label).Max(pair => pair.Value) / triggers.Length;
}
