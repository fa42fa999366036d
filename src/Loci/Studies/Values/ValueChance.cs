using Loci.Studies.Statistics;

namespace Loci.Studies.Values;

/// <summary>
/// What chance gives to «at least one of the first 50 triggers is followed by the value's token»: a value that is sure
/// of a frequent token finds it after some trigger whatever its key detects.
/// </summary>
/// <remarks>
/// Two nulls. By frequency: n triggers, each followed by the token as often as any prefix of the text, 1 − (1 − f)ⁿ. By
/// pairing: the value beside the triggers of another cell of its layer and pole, every other cell equally likely,
/// exactly. Triggers of one cell repeat each other, so that the first says more than chance gives; the second keeps the
/// repeats.
/// </remarks>
internal sealed class ValueChance
{
    private readonly Dictionary<int, long> _nexts = [];
    private readonly long _prefixes;
    private readonly Dictionary<(int Group, int Token), int> _cellsWith = [];
    private readonly Dictionary<int, int> _cells = [];

    /// <summary>Counts what follows the prefixes of a text.</summary>
    public ValueChance(StudyText text)
    {
        for (int s = 0; s < text.Count; s++)
        {
            var sentence = text[s];
            for (int i = 1; i < sentence.Length; i++) _nexts[sentence[i]] = _nexts.GetValueOrDefault(sentence[i]) + 1;
            _prefixes += sentence.Length - 1;
        }
    }

    /// <summary>Adds a cell to those that a value may be paired with.</summary>
    /// <param name="group">Layer and pole.</param>
    /// <param name="nexts">The tokens after its triggers; none: it is paired with no value.</param>
    public void Add(int group, IEnumerable<int> nexts)
    {
        HashSet<int> different = [.. nexts];
        if (different.Count == 0) return;
        _cells[group] = _cells.GetValueOrDefault(group) + 1;
        foreach (int token in different) _cellsWith[(group, token)] = _cellsWith.GetValueOrDefault((group, token)) + 1;
    }

    /// <summary>Chance by frequency.</summary>
    /// <param name="token">What the value says.</param>
    /// <param name="counted">Triggers with a next token.</param>
    public double ByFrequency(int token, int counted) =>
        _prefixes == 0 ? 0 : 1 - Math.Pow(1 - (double)_nexts.GetValueOrDefault(token) / _prefixes, counted);

    /// <summary>Chance by pairing; NaN where the group has no other cell.</summary>
    /// <param name="group">Layer and pole.</param>
    /// <param name="token">What the value says.</param>
    /// <param name="agrees">Its own triggers hold the token: they are not among those it is paired with.</param>
    public double ByPairing(int group, int token, bool agrees)
    {
        int others = _cells.GetValueOrDefault(group) - 1;
        return others < 1
            ? double.NaN
            : (double)(_cellsWith.GetValueOrDefault((group, token)) - (agrees ? 1 : 0)) / others;
    }

    /// <summary>How much more often the surest values agree than all do, beyond chance.</summary>
    /// <param name="values">All values with a counted trigger.</param>
    /// <param name="chance">What chance gives one of them; those where it is NaN are left out.</param>
    /// <param name="seed">Decides the resamples.</param>
    public static ChanceOfAgreement Lift(IReadOnlyList<SureValue> values, Func<SureValue, double> chance, int seed)
    {
        // Values that say the same token stand and fall together: a token is one observation.
        var tokens = values.Select(value => (Value: value, Chance: chance(value)))
            .Where(each => !double.IsNaN(each.Chance))
            .GroupBy(each => each.Value.Token).Select(same => new Tally(
                same.Count(each => each.Value.Surest), same.Where(each => each.Value.Surest).Sum(Beyond), same.Count(),
                same.Sum(Beyond)))
            .ToArray();
        var known = values.Where(value => !double.IsNaN(chance(value))).ToArray();
        var surest = known.Where(value => value.Surest).ToArray();
        if (surest.Length == 0) return new(double.NaN, double.NaN, Estimate.None);
        return new(surest.Average(chance), known.Average(chance), Interval(tokens, surest.Length, seed));

        static double Beyond((SureValue Value, double Chance) each) => (each.Value.Agrees ? 1 : 0) - each.Chance;
    }

    /// <summary>
    /// One token: how many values say it, and how far they agree beyond chance, summed; the surest, and all.
    /// </summary>
    private readonly record struct Tally(int Surest, double SurestBeyond, int All, double AllBeyond);

    private static Estimate Interval(Tally[] tokens, int count, int seed)
    {
        const int Resamples = 2000;
        double lift = Difference(tokens.Sum(t => t.SurestBeyond), tokens.Sum(t => (double)t.Surest),
            tokens.Sum(t => t.AllBeyond), tokens.Sum(t => (double)t.All));
        var random = Sampling.Generator(seed);
        List<double> lifts = new(Resamples);
        for (int r = 0; r < Resamples; r++)
        {
            double surestBeyond = 0, surest = 0, allBeyond = 0, all = 0;
            for (int i = 0; i < tokens.Length; i++)
            {
                ref readonly var drawn = ref tokens[random.Next(tokens.Length)];
                surestBeyond += drawn.SurestBeyond;
                surest += drawn.Surest;
                allBeyond += drawn.AllBeyond;
                all += drawn.All;
            }
            if (surest > 0) lifts.Add(Difference(surestBeyond, surest, allBeyond, all));
        }
        lifts.Sort();
        return new(lift, Math.Min(lift, lifts[lifts.Count / 40]), Math.Max(lift, lifts[^(1 + lifts.Count / 40)]),
            count);

        static double Difference(double surestBeyond, double surest, double allBeyond, double all) =>
            surestBeyond / surest - allBeyond / all;
    }
}

/// <summary>A value that could agree.</summary>
/// <param name="Token">What it says.</param>
/// <param name="Surest">It is among the surest.</param>
/// <param name="Agrees">One of its first 50 triggers is followed by the token.</param>
/// <param name="Counted">Triggers that have a next token.</param>
/// <param name="Group">Its layer and pole.</param>
internal readonly record struct SureValue(int Token, bool Surest, bool Agrees, int Counted, int Group);
