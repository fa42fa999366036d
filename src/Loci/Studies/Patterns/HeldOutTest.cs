using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Patterns;

/// <summary>Tests the patterns of one cell on prefixes that were not chosen for what they do to it.</summary>
internal sealed class HeldOutTest
{
    private readonly TriggerPatternParameters _parameters;
    private readonly CellPatterns _cell;
    private readonly double[] _m;           // [tested] coefficients at the pole, as magnitudes
    private readonly bool[][] _held;        // [patterns][tested]
    private readonly bool[] _strong;        // [tested]
    private readonly double _threshold;

    /// <param name="parameters">The study's.</param>
    /// <param name="cell">The cell and its patterns.</param>
    /// <param name="fitted">Coefficients after random prefixes of the half that fits.</param>
    /// <param name="tested">Coefficients after random prefixes of the half that tests.</param>
    /// <param name="held">For every pattern which of the latter hold it.</param>
    public HeldOutTest(
        TriggerPatternParameters parameters, CellPatterns cell, ReadOnlySpan<float> fitted, ReadOnlySpan<float> tested, bool[][] held)
    {
        (_parameters, _cell, _held) = (parameters, cell, held);
        double[] sorted = AtPole(cell.Cell.Id.Pole, fitted);
        Array.Sort(sorted);
        int strongest = Math.Max(1, (int)Math.Round(parameters.StrongShare * sorted.Length));
        // Where fewer prefixes fire it at all, each of them does so strongly.
        _threshold = sorted[^Math.Min(strongest, sorted.Length)] is > 0 and var quantile ? quantile : float.Epsilon;
        _m = AtPole(cell.Cell.Id.Pole, tested);
        _strong = [.. _m.Select(m => m >= _threshold)];
    }

    public PatternCell Run(PatternScan scan, Func<PatternKey, Pattern> describe)
    {
        var shallow = Any(pattern => pattern.Key.Form != PatternForm.Topic);
        var semantic = Any(pattern => pattern.Key.Form == PatternForm.Topic);
        double ofShallow = ExplainedVariance.One(_m, shallow), ofSemantic = ExplainedVariance.One(_m, semantic);
        double ofBoth = ExplainedVariance.Two(_m, shallow, semantic);
        int strong = _strong.Count(s => s);
        var patterns = _cell.Chosen.Select((pattern, i) => Test(pattern, _held[i], strong, describe)).ToArray();
        return new(
            _cell.Cell.Id, Label(ofShallow, ofSemantic, ofBoth), patterns, FittedCover(), HeldOutCover(scan),
            _threshold, Estimate.Share(strong, _strong.Length), ofShallow, ofSemantic, ofBoth);
    }

    private PatternLabel Label(double shallow, double semantic, double both)
    {
        if (both < _parameters.LeastExplained) return PatternLabel.None;
        bool first = both - semantic >= _parameters.LeastOwn * both, second = both - shallow >= _parameters.LeastOwn * both;
        return first == second ? PatternLabel.Both : first ? PatternLabel.Shallow : PatternLabel.Semantic;
    }

    private TestedPattern Test(ChosenPattern pattern, bool[] held, int strong, Func<PatternKey, Pattern> describe)
    {
        int matches = 0, hits = 0;
        for (int i = 0; i < held.Length; i++)
            if (held[i])
            {
                matches++;
                if (_strong[i]) hits++;
            }
        return new(
            describe(pattern.Key), pattern.Holders.Count, _cell.Fitted.Count, pattern.Frequency, pattern.P, pattern.Q,
            Estimate.Share(hits, matches), Estimate.Share(hits, strong), ExplainedVariance.One(_m, held));
    }

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
        for (int p = 0; p < _held.Length; p++)
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
