namespace Loci.Studies.Patterns;

/// <summary>
/// Chooses patterns of one kind for one cell: those whose union says best where the cell fires, among all prefixes or
/// among those that end in the same token.
/// </summary>
internal sealed class PatternChoice
{
    private const double LeastGain = 0.002;     // of the variance: below it, chance picks

    private readonly double[] _above;           // [prefixes] the coefficient less its mean
    private readonly Func<PatternKey, IReadOnlyList<int>> _background;
    private readonly double _squares;
    private readonly int[] _group, _sizes;      // [prefixes], [groups]
    private readonly int[] _held;               // [groups] prefixes of it in the union
    private readonly int[] _more;               // [groups] scratch
    private readonly bool[] _union;             // [prefixes] held by a chosen pattern
    private readonly bool[] _covered;           // [fitted triggers] likewise
    private double _sum, _explained;            // of _above over the union; R² of the union

    /// <param name="m">Coefficients after random prefixes, as magnitudes at the pole.</param>
    /// <param name="background">Which of those prefixes hold a pattern.</param>
    /// <param name="fitted">Fitted triggers.</param>
    public PatternChoice(double[] m, Func<PatternKey, IReadOnlyList<int>> background, int fitted)
        : this(Centred(m), BeyondLastToken.Variation(m), new int[m.Length], [m.Length], background, fitted)
    {
    }

    /// <summary>Chooses by what patterns explain beyond the last token.</summary>
    /// <param name="m">Coefficients after random prefixes, as magnitudes at the pole.</param>
    /// <param name="beyond">The prefixes.</param>
    /// <param name="background">Which of them hold a pattern.</param>
    /// <param name="fitted">Fitted triggers.</param>
    public PatternChoice(
        double[] m, BeyondLastToken beyond, Func<PatternKey, IReadOnlyList<int>> background, int fitted)
        : this(beyond.Residual(m), BeyondLastToken.Variation(m), beyond.Token, beyond.Holders, background, fitted)
    {
    }

    private PatternChoice(
        double[] above, double squares, int[] group, int[] sizes, Func<PatternKey, IReadOnlyList<int>> background,
        int fitted)
    {
        (_above, _squares, _group, _sizes, _background) = (above, squares, group, sizes, background);
        (_held, _more) = (new int[sizes.Length], new int[sizes.Length]);
        (_union, _covered) = (new bool[above.Length], new bool[fitted]);
    }

    /// <summary>
    /// Those chosen, best first: while one gains anything; then, if asked for, those that triggers left over share.
    /// </summary>
    /// <param name="candidates">The least likely by chance first.</param>
    /// <param name="least">
    /// Fewest triggers left over that make a pattern; null: such patterns are not asked for.
    /// </param>
    public List<ChosenPattern> Choose(IEnumerable<ChosenPattern> candidates, int? least)
    {
        List<ChosenPattern> left = [.. candidates], chosen = [];
        while (left.Count > 0)
        {
            var best = left.MaxBy(With)!;       // the first of equals
            if (With(best) < _explained + LeastGain) break;
            Take(best);
        }
        foreach (var pattern in least is null ? [] : left.ToArray())
            if (pattern.Holders.Count(t => !_covered[t]) >= least && With(pattern) >= _explained)
                Take(pattern);
        return chosen;

        void Take(ChosenPattern pattern)
        {
            _explained = With(pattern);
            foreach (int i in _background(pattern.Key))
            {
                if (_union[i]) continue;
                _sum += _above[i];
                _held[_group[i]]++;
                _union[i] = true;
            }
            foreach (int t in pattern.Holders) _covered[t] = true;
            left.Remove(pattern);
            chosen.Add(pattern);
        }
    }

    /// <summary>
    /// R² of «one of the chosen patterns or this one holds»; 0 where coefficients are lower under it.
    /// </summary>
    private double With(ChosenPattern pattern)
    {
        double sum = _sum, variation = 0;
        Array.Copy(_held, _more, _held.Length);
        foreach (int i in _background(pattern.Key))
            if (!_union[i])
            {
                sum += _above[i];
                _more[_group[i]]++;
            }
        for (int g = 0; g < _more.Length; g++) variation += _more[g] * (1 - (double)_more[g] / _sizes[g]);
        // Rounding leaves a sum where the group decides the pattern: it explains nothing.
        return sum > 0 && variation > 1e-9 && _squares > 0 ? sum * sum / (variation * _squares) : 0;
    }

    private static double[] Centred(double[] m)
    {
        double mean = m.Average();
        return [.. m.Select(x => x - mean)];
    }
}
