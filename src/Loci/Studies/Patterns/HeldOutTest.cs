using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Patterns;

/// <summary>Tests the patterns of one cell on prefixes that were not chosen for what they do to it.</summary>
internal sealed class HeldOutTest
{
    private const int TopicWords = 8;       // that are shown

    private readonly TriggerPatternParameters _parameters;
    private readonly CellPatterns _cell;
    private readonly double[] _m;           // [tested] coefficients at the pole, as magnitudes
    private readonly bool[][] _held;        // [patterns][tested]
    private readonly bool[] _strong;        // [tested]
    private readonly double _threshold;
    private readonly Units _units;

    /// <param name="parameters">The study's.</param>
    /// <param name="cell">The cell and its patterns.</param>
    /// <param name="fitted">Coefficients after random prefixes of the half that fits.</param>
    /// <param name="tested">Coefficients after random prefixes of the half that tests.</param>
    /// <param name="held">For every pattern which of the latter hold it.</param>
    /// <param name="units">Where those stand in the text.</param>
    public HeldOutTest(
        TriggerPatternParameters parameters, CellPatterns cell, ReadOnlySpan<float> fitted, ReadOnlySpan<float> tested,
        bool[][] held, Units units)
    {
        (_parameters, _cell, _held, _units) = (parameters, cell, held, units);
        double[] sorted = AtPole(cell.Cell.Id.Pole, fitted);
        Array.Sort(sorted);
        int strongest = Math.Max(1, (int)Math.Round(parameters.StrongShare * sorted.Length));
        // Where fewer prefixes fire it at all, each of them does so strongly.
        _threshold = sorted[^Math.Min(strongest, sorted.Length)] is > 0 and var quantile ? quantile : float.Epsilon;
        _m = AtPole(cell.Cell.Id.Pole, tested);
        _strong = [.. _m.Select(m => m >= _threshold)];
    }

    public PatternCell Run(
        PatternScan scan, BeyondLastToken beyond, double[][] ofTopics, LatentTopics topics,
        Func<PatternKey, Pattern> describe)
    {
        var phrase = beyond.Residual(Numbers(Phrase()));
        var added = beyond.Added(_m, phrase, TopicFit.Score(ofTopics, _cell.TopicDirection));
        double lastToken = beyond.LastTokenExplains(_m);
        var shallow = Any(pattern => pattern.Key.Form != PatternForm.Topic);
        var semantic = Any(pattern => pattern.Key.Form == PatternForm.Topic);
        double ofShallow = ExplainedVariance.One(_m, shallow), ofSemantic = ExplainedVariance.One(_m, semantic);
        double ofBoth = ExplainedVariance.Two(_m, shallow, semantic);
        var patterns = _cell.Chosen.Select((pattern, i) => Test(pattern, _held[i], describe)).ToArray();
        return new(
            _cell.Cell.Id, _cell.Stretch, Label(lastToken, added), patterns, FittedCover(), HeldOutCover(scan),
            _threshold, Estimate.Share(_strong, _units), ofShallow, ofSemantic, ofBoth,
            new(lastToken, added.Phrase, added.Topic, added.Both),
            [.. _cell.Phrases.Select(pattern => describe(pattern.Key))],
            [.. topics.Words(_cell.TopicDirection, TopicWords)]);
    }

    private PatternLabel Label(double lastToken, (double Phrase, double Topic, double Both) added)
    {
        var (phrase, topic) = (_parameters.LeastPhrase, _parameters.LeastTopic);
        return (added.Both - added.Topic >= phrase, added.Both - added.Phrase >= topic) switch
        {
            (true, false) => PatternLabel.Shallow,
            (false, true) => PatternLabel.Semantic,
            (true, true) => PatternLabel.Both,
            _ => added.Both >= phrase + topic ? PatternLabel.Both      // either alike
                : lastToken >= _parameters.LeastExplained ? PatternLabel.LastToken : PatternLabel.None,
        };
    }

    private bool[] Phrase()
    {
        bool[] any = new bool[_m.Length];
        foreach (bool[] held in _held.Skip(_cell.Chosen.Count))
            for (int i = 0; i < any.Length; i++) any[i] |= held[i];
        return any;
    }

    private TestedPattern Test(ChosenPattern pattern, bool[] held, Func<PatternKey, Pattern> describe)
    {
        double[] matches = Numbers(held), strong = Numbers(_strong), hits = [.. matches.Zip(strong, (a, b) => a * b)];
        return new(
            describe(pattern.Key), pattern.Holders.Count, _cell.Fitted.Count, pattern.Frequency, pattern.P, pattern.Q,
            Estimate.Share(hits, matches, _units), Estimate.Share(hits, strong, _units),
            ExplainedVariance.One(_m, held));
    }

    private static double[] Numbers(bool[] holds) => [.. holds.Select(h => h ? 1.0 : 0)];

    private CellCover FittedCover()
    {
        bool[] shallow = new bool[_cell.Fitted.Count], semantic = new bool[_cell.Fitted.Count];
        foreach (var pattern in _cell.Chosen)
            foreach (int t in pattern.Holders)
                (pattern.Key.Form == PatternForm.Topic ? semantic : shallow)[t] = true;
        return Cover(shallow, semantic);
    }

    private CellCover HeldOutCover(PatternScan scan)
    {
        bool topic = _cell.Chosen.Any(pattern => pattern.Key.Form == PatternForm.Topic);
        var kept = _cell.Chosen.Select(pattern => pattern.Key).ToHashSet();
        List<PatternKey> keys = [];
        bool[] shallow = new bool[_cell.HeldOut.Count], semantic = new bool[_cell.HeldOut.Count];
        for (int t = 0; t < shallow.Length; t++)
        {
            scan.Keys(_cell.HeldOut[t], keys);
            shallow[t] = keys.Exists(kept.Contains);
            semantic[t] = topic && scan.About(_cell.HeldOut[t], _cell.Topic);
        }
        return Cover(shallow, semantic);
    }

    private static CellCover Cover(bool[] shallow, bool[] semantic)
    {
        if (shallow.Length == 0) return default;
        int first = 0, second = 0, both = 0;
        for (int t = 0; t < shallow.Length; t++)
            if (shallow[t] && semantic[t]) both++;
            else if (shallow[t]) first++;
            else if (semantic[t]) second++;
        double n = shallow.Length;
        return new(shallow.Length, first / n, second / n, both / n, (first + second + both) / n);
    }

    private bool[] Any(Func<ChosenPattern, bool> kind)
    {
        bool[] any = new bool[_m.Length];
        for (int p = 0; p < _cell.Chosen.Count; p++)
            if (kind(_cell.Chosen[p]))
                for (int i = 0; i < any.Length; i++)
                    any[i] |= _held[p][i];
        return any;
    }

    /// <summary>Coefficients as magnitudes at a pole; those of the other sign are 0.</summary>
    public static double[] AtPole(Pole pole, ReadOnlySpan<float> coefficients)
    {
        double[] m = new double[coefficients.Length];
        int sign = pole == Pole.Positive ? 1 : -1;
        for (int i = 0; i < m.Length; i++) m[i] = Math.Max(0, sign * coefficients[i]);
        return m;
    }
}
