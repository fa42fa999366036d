namespace Loci.Studies.Patterns;

/// <summary>Chooses patterns of one kind for one cell: those whose union says best where the cell fires.</summary>
internal sealed class PatternChoice
{
    private const double LeastGain = 0.002;     // of the variance: below it, chance picks

    private readonly double[] _above;           // [prefixes] the coefficient less its mean
    private readonly Func<PatternKey, IReadOnlyList<int>> _background;
    private readonly double _squares;
    private readonly bool[] _union;             // [prefixes] held by a chosen pattern
    private readonly bool[] _covered;           // [fitted triggers] likewise
    private double _sum, _explained;            // of _above over the union; R² of the union
    private int _count;

    /// <param name="m">Coefficients after random prefixes, as magnitudes at the pole.</param>
    /// <param name="background">Which of those prefixes hold a pattern.</param>
    /// <param name="fitted">Fitted triggers.</param>
    public PatternChoice(double[] m, Func<PatternKey, IReadOnlyList<int>> background, int fitted)
    {
        double mean = m.Average();
        _above = [.. m.Select(x => x - mean)];
        _squares = _above.Sum(x => x * x);
        _background = background;
        (_union, _covered) = (new bool[m.Length], new bool[fitted]);
    }

    /// <summary>Those chosen, best first.</summary>
    /// <param name="candidates">The least likely by chance first.</param>
    /// <param name="least">Fewest triggers that make a pattern.</param>
    public List<ChosenPattern> Choose(IEnumerable<ChosenPattern> candidates, int least)
    {
        List<ChosenPattern> left = [.. candidates], chosen = [];
        while (left.Count > 0)
        {
            var best = left.MaxBy(With)!;       // the first of equals
            if (With(best) < _explained + LeastGain) break;
            Take(best);
        }
        foreach (var pattern in left.ToArray())
            if (pattern.Holders.Count(t => !_covered[t]) >= least && With(pattern) >= _explained)
                Take(pattern);
        return chosen;

        void Take(ChosenPattern pattern)
        {
            _explained = With(pattern);
            (_sum, _count) = Sum(pattern);
            foreach (int i in _background(pattern.Key)) _union[i] = true;
            foreach (int t in pattern.Holders) _covered[t] = true;
            left.Remove(pattern);
            chosen.Add(pattern);
        }
    }

    /// <summary>R² of «one of the chosen patterns or this one holds»; 0 where coefficients are lower under it.</summary>
    private double With(ChosenPattern pattern)
    {
        var (sum, count) = Sum(pattern);
        double scale = _squares * count * (1 - (double)count / _above.Length);
        return sum > 0 && scale > 0 ? sum * sum / scale : 0;
    }

    private (double Sum, int Count) Sum(ChosenPattern pattern)
    {
        var (sum, count) = (_sum, _count);
        foreach (int i in _background(pattern.Key))
            if (!_union[i])
            {
                sum += _above[i];
                count++;
            }
        return (sum, count);
    }
}
