using Loci.Atlas.Agreement;

namespace Loci.Studies.Patterns;

/// <summary>What the fitted triggers of one cell share, and which of it says most.</summary>
internal sealed class CellPatterns
{
    private const int MostTopicWords = 12;
    private const int ShortestTopicWord = 3;

    private readonly Dictionary<PatternKey, List<int>> _holders = [];

    public CellPatterns(StudyCell cell, StudyText text, TextHalves halves, PatternScan scan)
    {
        Cell = cell;
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

    /// <summary>Triggers in the half that fits, strongest first.</summary>
    public IReadOnlyList<Prefix> Fitted { get; }

    /// <summary>Triggers in the other half.</summary>
    public IReadOnlyList<Prefix> HeldOut { get; }

    /// <summary>Words of its topic, best first; empty: it has none.</summary>
    public int[] Topic { get; private set; } = [];

    /// <summary>The patterns that were kept, what is least likely by chance first.</summary>
    public IReadOnlyList<ChosenPattern> Chosen { get; private set; } = [];

    /// <summary>Shallow patterns shared by enough fitted triggers.</summary>
    public IEnumerable<PatternKey> Shared(int least) => _holders.Where(h => h.Value.Count >= least).Select(h => h.Key);

    /// <summary>
    /// Takes the words that more fitted triggers hold than their frequency explains, as a bag: those with q ≤ alpha, at most
    /// twelve, and at least as many as a prefix must hold.
    /// </summary>
    /// <param name="words">The text's words.</param>
    /// <param name="frequency">Share of the fitted half's prefixes that hold a word.</param>
    /// <param name="least">Fewest triggers that share a word.</param>
    /// <param name="alpha">Largest q.</param>
    public void FindTopic(WordText words, Func<int, double> frequency, int least, double alpha)
    {
        int[][] held = [.. Fitted.Select(prefix => words.Of(prefix).ToArray())];
        var support = held.SelectMany(word => word).Where(word => words.Words[word].Length >= ShortestTopicWord)
            .CountBy(word => word).OrderBy(s => s.Key).ToArray();
        // Every word that occurs was looked at, so every one counts in the correction.
        double[] p = [.. support.Select(s => s.Value < least ? 1 : BinomialTail.Upper(s.Value, Fitted.Count, frequency(s.Key)))];
        double[] q = BenjaminiHochberg.Adjust(p);
        int[] best = [.. Enumerable.Range(0, p.Length).Where(i => q[i] <= alpha).OrderBy(i => p[i]).ThenByDescending(i => support[i].Value)
            .Take(MostTopicWords).Select(i => support[i].Key)];
        if (best.Length >= PatternScan.TopicWords) Topic = best;
    }

    /// <summary>
    /// Keeps, of the patterns with q ≤ alpha, the least likely one and then each next that at least so many triggers hold that
    /// no kept one of its kind explains yet; shallow patterns and the topic apart.
    /// </summary>
    /// <param name="frequency">Share of the fitted half's prefixes that hold a pattern.</param>
    /// <param name="topic">The topic's key.</param>
    /// <param name="about">Whether a prefix is about the topic.</param>
    /// <param name="least">Fewest triggers that share a pattern.</param>
    /// <param name="alpha">Largest q.</param>
    public void Choose(Func<PatternKey, double> frequency, PatternKey topic, Func<Prefix, bool> about, int least, double alpha)
    {
        if (Topic.Length > 0) _holders[topic] = [.. Enumerable.Range(0, Fitted.Count).Where(t => about(Fitted[t]))];
        var keys = _holders.OrderBy(h => h.Key.Form).ThenBy(h => h.Key.A).ThenBy(h => h.Key.B).ThenBy(h => h.Key.C).ThenBy(h => h.Key.D).ToArray();
        double[] p = [.. keys.Select(k => k.Value.Count < least ? 1 : BinomialTail.Upper(k.Value.Count, Fitted.Count, frequency(k.Key)))];
        double[] q = BenjaminiHochberg.Adjust(p);
        var order = Enumerable.Range(0, p.Length).Where(i => q[i] <= alpha && keys[i].Value.Count >= least)
            .OrderBy(i => p[i]).ThenByDescending(i => keys[i].Value.Count).ThenByDescending(i => keys[i].Key.Size);
        List<ChosenPattern> chosen = [];
        bool[][] covered = [new bool[Fitted.Count], new bool[Fitted.Count]];
        foreach (int i in order)
        {
            bool[] kind = covered[keys[i].Key.Form == PatternForm.Topic ? 1 : 0];
            if (keys[i].Value.Count(t => !kind[t]) < least) continue;
            foreach (int t in keys[i].Value) kind[t] = true;
            chosen.Add(new(keys[i].Key, keys[i].Value, frequency(keys[i].Key), p[i], q[i]));
        }
        Chosen = chosen;
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
