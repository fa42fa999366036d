using Loci.Atlas.Agreement;

namespace Loci.Studies.Patterns;

/// <summary>What the fitted triggers of one cell share, and which of it says most.</summary>
internal sealed class CellPatterns
{
    private const int MostTopicWords = 12;
    private const int ShortestTopicWord = 3;    // letters

    private readonly Dictionary<PatternKey, List<int>> _holders = [];

    public CellPatterns(StudyCell cell, StudyText text, TextHalves halves, PatternScan scan)
    {
        Cell = cell;
        Stretch = text.Stretch(text.Find(cell.Triggers[0].Sentence, cell.Triggers[0].Position));
        List<Prefix> fitted = [], heldOut = [];
        foreach (var trigger in cell.Triggers)
        {
            var prefix = text.Find(trigger.Sentence, trigger.Position);
            (halves.Tests(prefix.Sentence) ? heldOut : fitted).Add(prefix);
        }
        (Fitted, HeldOut) = (fitted, heldOut);
        List<PatternKey> keys = [];
        for (int t = 0; t < fitted.Count; t++)
        {
            scan.Keys(fitted[t], keys);
            foreach (var key in keys)
                if (_holders.TryGetValue(key, out var holders)) holders.Add(t);
                else _holders.Add(key, [t]);
        }
    }

    public StudyCell Cell { get; }

    /// <summary>Stretch of the text that the strongest trigger stands in.</summary>
    public int Stretch { get; }

    /// <summary>Triggers in the half that fits, strongest first.</summary>
    public IReadOnlyList<Prefix> Fitted { get; }

    /// <summary>Triggers in the other half.</summary>
    public IReadOnlyList<Prefix> HeldOut { get; }

    /// <summary>Words that its triggers have in common, best first; empty: too few.</summary>
    public int[] Topic { get; private set; } = [];

    /// <summary>The patterns that were kept, shallow ones first, in the order they were chosen.</summary>
    public IReadOnlyList<ChosenPattern> Chosen { get; private set; } = [];

    /// <summary>Patterns that explain coefficients beyond the last token, best first: phrases.</summary>
    public IReadOnlyList<ChosenPattern> Phrases { get; private set; } = [];

    /// <summary>The direction of the text's topics along which coefficients grow. [topics]</summary>
    public double[] TopicDirection { get; private set; } = [];

    /// <summary>Shallow patterns shared by enough fitted triggers.</summary>
    public IEnumerable<PatternKey> Shared(int least) => _holders.Where(h => h.Value.Count >= least).Select(h => h.Key);

    /// <summary>
    /// Takes the words that the fitted triggers hold more often than their frequency explains (p ≤ alpha, and at least
    /// twice as often, which leaves out the words of every text), the likeliest twelve by tf·idf, as a bag. Words are
    /// not corrected for their number: the bag is tested as one more pattern.
    /// </summary>
    /// <param name="words">The text's words.</param>
    /// <param name="frequency">Share of the fitted half's prefixes that hold a word.</param>
    /// <param name="least">Fewest triggers that share a word.</param>
    /// <param name="alpha">Largest p.</param>
    public void FindTopic(WordText words, Func<int, double> frequency, int least, double alpha)
    {
        int n = Fitted.Count;
        int[] best = [.. Fitted.SelectMany(words.Of).CountBy(word => word)
            .Where(s =>
                s.Value >= least && words.Words[s.Key].Length >= ShortestTopicWord
                && s.Value >= 2 * n * frequency(s.Key))
            .Where(s => BinomialTail.Upper(s.Value, n, frequency(s.Key)) <= alpha)
            .OrderByDescending(s => s.Value * Math.Log(1 / frequency(s.Key))).ThenBy(s => s.Key)
            .Take(MostTopicWords).Select(s => s.Key)];
        if (best.Length >= PatternScan.TopicWords) Topic = best;
    }

    /// <summary>
    /// Keeps patterns, shallow ones and the topic apart, among those with q ≤ alpha: first, one after the other, the
    /// one that with those before explains the coefficients on the fitted half's random prefixes best, while that gains
    /// anything; then, for triggers that no kept pattern explains, the least likely one that at least so many of them
    /// hold and that spoils nothing there.
    /// </summary>
    /// <param name="frequency">Share of the fitted half's prefixes that hold a pattern.</param>
    /// <param name="background">Indexes of the fitted half's random prefixes that hold a pattern, ascending.</param>
    /// <param name="m">Coefficients after those prefixes, as magnitudes at the pole.</param>
    /// <param name="beyond">Those prefixes.</param>
    /// <param name="topics">What they are about.</param>
    /// <param name="topic">The topic's key.</param>
    /// <param name="about">Whether a prefix is about the topic.</param>
    /// <param name="parameters">The study's.</param>
    public void Choose(
        Func<PatternKey, double> frequency, Func<PatternKey, IReadOnlyList<int>> background, double[] m,
        BeyondLastToken beyond,
        TopicFit topics, PatternKey topic, Func<Prefix, bool> about, TriggerPatternParameters parameters)
    {
        int least = parameters.Least;
        if (Topic.Length > 0) _holders[topic] = [.. Enumerable.Range(0, Fitted.Count).Where(t => about(Fitted[t]))];
        var keys = _holders.OrderBy(h => h.Key.Form).ThenBy(h => h.Key.A).ThenBy(h => h.Key.B).ThenBy(h => h.Key.C)
            .ThenBy(h => h.Key.D).ToArray();
        // Every pattern that occurs was looked at, so every one counts in the correction.
        double[] p =
        [
            .. keys.Select(
                k => k.Value.Count < least ? 1 : BinomialTail.Upper(k.Value.Count, Fitted.Count, frequency(k.Key))),
        ];
        double[] q = BenjaminiHochberg.Adjust(p);
        var order = Enumerable.Range(0, p.Length).Where(i => q[i] <= parameters.Alpha && keys[i].Value.Count >= least)
            .OrderBy(i => p[i]).ThenByDescending(i => keys[i].Value.Count).ThenByDescending(i => keys[i].Key.Size)
            .Select(i => new ChosenPattern(keys[i].Key, keys[i].Value, frequency(keys[i].Key), p[i], q[i])).ToArray();
        Chosen =
        [
            .. new PatternChoice(m, background, Fitted.Count)
                .Choose(order.Where(pattern => pattern.Key.Form != PatternForm.Topic), least),
            .. new PatternChoice(m, background, Fitted.Count)
                .Choose(order.Where(pattern => pattern.Key.Form == PatternForm.Topic), least),
        ];
        Phrases = new PatternChoice(m, beyond, background, Fitted.Count)
            .Choose(order.Where(pattern => pattern.Key.Form != PatternForm.Topic), null);
        TopicDirection = topics.Direction(beyond.Residual(m));
        _holders.Clear();
    }
}

/// <summary>A pattern kept for a cell.</summary>
/// <param name="Key">The pattern.</param>
/// <param name="Holders">The fitted triggers that hold it.</param>
/// <param name="Frequency">Share of the fitted half's prefixes that do.</param>
/// <param name="P">Binomial tail of so many at that frequency.</param>
/// <param name="Q">P adjusted over all patterns any fitted trigger of the cell holds.</param>
internal sealed record ChosenPattern(PatternKey Key, IReadOnlyList<int> Holders, double Frequency, double P, double Q);
