using Loci.Atlas.Agreement;
using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Values;

/// <summary>
/// Whether values say what comes after the prefixes that fire their keys (Geva et al. 2021, Section 4, Figures 4 to 6
/// and Table 2), for every cell of an atlas that has a trigger.
/// </summary>
/// <remarks>
/// The next token is the one after the prefix; a trigger that is a whole sentence has none and is not counted. (Copy
/// agreement, with the prefix's own last token, is another question; it stands beside, never in the place of the
/// first.) Counts, nulls and p-values are the atlas's; ranks need the whole distribution of every value and are
/// computed here, in blocks.
/// </remarks>
public static class ValueAgreement
{
    /// <summary>The study as a value.</summary>
    public static Study<ValueAgreementResult> Study { get; } =
        new Study<int, ValueAgreementResult>("values", "values and agreement")
    {
        What = "whether values say what comes after the prefixes that fire their keys",
        Reads = StudyInputs.All,
        Sizes = new(PaperConfident, PaperConfident, PaperConfident),
        Measure = (source, confident, options) => Run(source, confident, [], options),
        Result = ValueAgreementJson.Default.ValueAgreementResult,
        NotReported = ["cells"],
        Effort = spec => new(2, 2 * spec.Layers),
    };

    /// <summary>The paper looks at so many of the surest values.</summary>
    public const int PaperConfident = 100;

    /// <summary>
    /// A cell with fewer counted triggers is not listed among the best: a share of a few says little.
    /// </summary>
    public const int EnoughTriggers = 25;

    private const int PaperTriggers = 50;
    private const int Tenths = 10;
    private const int Best = 20;

    /// <summary>
    /// Measures. Memory: about 200 bytes a cell, pole and readout, 16 MiB of scores, and the values of 1,024 cells.
    /// </summary>
    /// <param name="source">Model, atlas and text.</param>
    /// <param name="confident">How many of the surest values to look at.</param>
    /// <param name="named">Cells to report by name, with the pole meant.</param>
    /// <param name="options">Seed, threads, progress, cancellation.</param>
    /// <exception cref="LociException">A named cell does not exist.</exception>
    public static ValueAgreementResult Run(StudySource source, int confident, IReadOnlyList<CellId> named,
        StudyOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(confident, 1);
        var spec = source.Model.Spec;
        foreach (var cell in named)
            spec.Require(cell);

        int[][] differing = [.. Poles(source).Select(_ => new int[spec.Layers])]; // [poles][layers]
        var chance = new ValueChance(source.Text);
        var entries = Read(source, differing, chance, options);
        var readouts = Enum.GetValues<Readout>();
        var all = readouts.ToDictionary(readout => readout,
            readout => entries.FindAll(entry => entry.Agreement.Readout == readout));
        return new(
            [.. Layers(source, entries, differing, options)],
            [.. readouts.Select(
                readout =>
                    new ConfidenceCurve(readout, Bins(all[readout], e => e.Probability),
                        Bins(all[readout], e => e.ZScore)))],
            [.. readouts.Select(
                readout => Surest(readout, all[readout], chance, confident, spec.Layers, options.Seed))],
            [.. readouts.Select(readout => Distribution(source, readout, all[readout]))],
            [.. named.SelectMany(cell => entries.Where(entry => entry.Agreement.Cell == cell))
                .Select(entry => Precision(source, entry))])
        {
            Cells = [
                .. entries.Select(
                    e =>
                        new CellNext(e.Agreement.Cell, e.Agreement.Readout, e.Agreement.Next, e.Agreement.Copy,
                            e.Stretch))],
        };
    }

    /// <summary>
    /// What a cell's value says at one pole under one readout, what its top trigger asks for (−1: a whole sentence),
    /// and where that stands.
    /// </summary>
    private sealed record Entry(CellAgreement Agreement, float Probability, float ZScore, int Next, int Stretch);

    // Counts in passing the cells, with a trigger or without, whose two readouts predict different tokens.
    private static List<Entry> Read(StudySource source, int[][] differing, ValueChance chance, StudyOptions options)
    {
        var agreement = source.Atlas.AllCellAgreement.ToDictionary(each => (each.Cell, each.Readout));
        List<Entry> entries = new(agreement.Count);
        long done = 0, cells = source.Atlas.Manifest.Spec.Cells;
        foreach (var cell in source.Atlas.Cells)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            foreach (var pole in Poles(source))
            {
                if (cell.Value.Raw.At(pole).Prediction != cell.Value.Folded.At(pole).Prediction)
                    differing[(int)pole][cell.Layer]++;
                if (cell.Triggers(pole) is not [var top, ..]) continue;
                var prefix = source.Text.Find(top.Sentence, top.Position);
                int next = source.Text.Next(prefix) ?? -1, stretch = source.Text.Stretch(prefix);
                chance.Add(Group(new(cell.Layer, cell.Index, pole)), cell.Triggers(pole).Take(PaperTriggers)
                    .Select(trigger => source.Text.Next(source.Text.Find(trigger.Sentence, trigger.Position)))
                    .OfType<int>());
                foreach (var readout in Enum.GetValues<Readout>())
                {
                    var end = cell.Value.At(readout).At(pole);
                    entries.Add(
                        new(agreement[(new(cell.Layer, cell.Index, pole), readout)], end.Probability,
                            Math.Abs(end.ZScore), next, stretch));
                }
            }
            if (++done % 1024 == 0) options.Progress?.Report(new("reading the atlas", done, cells));
        }
        return entries;
    }

    // A layer at one pole: within it a value could stand beside another key.
    private static int Group(CellId cell) => 2 * cell.Layer + (int)cell.Pole;

    private static Pole[] Poles(StudySource source) =>
        source.Model.Spec.HasGatedCells ? [Pole.Positive, Pole.Negative] : [Pole.Positive];

    private static IEnumerable<LayerValues> Layers(StudySource source, List<Entry> entries, int[][] differing,
        StudyOptions options)
    {
        var spec = source.Model.Spec;
        var nulls = source.Atlas.Agreement();
        var byLayer = entries.ToLookup(
            entry => (entry.Agreement.Cell.Layer, entry.Agreement.Cell.Pole, entry.Agreement.Readout));
        int done = 0;
        foreach (var readout in Enum.GetValues<Readout>())
        {
            foreach (var pole in Poles(source))
            {
                for (int layer = 0; layer < spec.Layers; layer++)
                {
                    var asked = byLayer[(layer, pole, readout)].Where(entry => entry.Next >= 0).ToArray();
                    var own = nulls.Single(each => each.Layer == layer && each.Pole == pole && each.Readout == readout);
                    var (rank, shuffled) = Ranks(source, layer, pole, readout, asked, options);
                    yield return new(
                        layer, pole, readout,
                        Share(asked, Agree), own,
                        Estimate.Share(differing[(int)pole][layer], spec.Blocks[layer].Cells.Count), rank, shuffled);
                    options.Progress?.Report(new("ranks of next tokens", ++done, nulls.Count));
                }
            }
        }
    }

    private static (RankSummary Rank, RankSummary Shuffled) Ranks(
        StudySource source, int layer, Pole pole, Readout readout, Entry[] asked, StudyOptions options)
    {
        int[] others = [.. asked.Select(entry => entry.Next)];
        Sampling.Of(options.Seed, "next tokens of other cells", layer).Shuffle(others);
        ValueRanks.Question[] questions =
        [
            .. asked.Select(entry => new ValueRanks.Question(entry.Agreement.Cell.Index, pole, entry.Next)),
            .. asked.Select((entry, i) => new ValueRanks.Question(entry.Agreement.Cell.Index, pole, others[i])),
        ];
        int[] ranks = ValueRanks.Of(source.Model.Transformer, readout, layer, questions, options);
        return (Summary(ranks.AsSpan(..asked.Length)), Summary(ranks.AsSpan(asked.Length..)));

        RankSummary Summary(ReadOnlySpan<int> some)
        {
            double[] all = new double[some.Length];
            for (int i = 0; i < all.Length; i++) all[i] = some[i];
            var units = Units.OfText(asked.Select(entry => entry.Stretch));
            int below = Math.Max(1, source.Model.Spec.Vocabulary - 1);
            return new(
                Quartiles.Of(all),
                Estimate.MeanShare([.. all.Select(rank => 1 / rank)], units),
                Estimate.MeanShare([.. all.Select(rank => (rank - 1) / below)], units));
        }
    }

    private static ConfidenceBin[] Bins(List<Entry> entries, Func<Entry, float> confidence)
    {
        // stable: ties stay in order of the cells
        Entry[] sorted = [.. entries.Where(entry => entry.Agreement.Next is not null).OrderBy(confidence)];
        int bins = Math.Min(Tenths, sorted.Length);
        var made = new ConfidenceBin[bins];
        for (int b = 0; b < bins; b++)
        {
            var bin = sorted[(int)((long)b * sorted.Length / bins)..(int)((b + 1L) * sorted.Length / bins)];
            made[b] = new(confidence(bin[0]), confidence(bin[^1]), Share(bin, Agree));
        }
        return made;
    }

    private static ConfidentValues Surest(
        Readout readout, List<Entry> entries, ValueChance chance, int count, int layers, int seed)
    {
        Entry[] surest = [.. entries.OrderByDescending(entry => entry.Probability).Take(count)];
        HashSet<Entry> sure = new(surest, ReferenceEqualityComparer.Instance);
        SureValue[] values =
        [
            .. entries.Where(entry => entry.Agreement.Counted > 0).Select(entry => new SureValue(
                entry.Agreement.Token, sure.Contains(entry), Agrees(entry), entry.Agreement.Counted,
                Group(entry.Agreement.Cell))),
        ];
        return new(
            readout,
            [.. surest.Select(entry => new ConfidentValue(
                entry.Agreement.Cell, entry.Agreement.Token, entry.Probability, entry.ZScore, entry.Agreement.Agreeing,
                entry.Agreement.Counted))],
            OfLayers(surest), OfLayers(entries), Share(surest, Agrees), Share(entries, Agrees),
            ValueChance.Lift(values, value => chance.ByFrequency(value.Token, value.Counted),
                Sampling.Seed(seed, "lift over frequency")),
            ValueChance.Lift(values, value => chance.ByPairing(value.Group, value.Token, value.Agrees),
                Sampling.Seed(seed, "lift over pairing")));

        // Where the cells lie is a matter of the weights alone.
        Estimate OfLayers(ICollection<Entry> of) =>
            Estimate.Share(of.LongCount(entry => 2 * entry.Agreement.Cell.Layer >= layers), of.Count);
        static bool Agrees(Entry entry) => entry.Agreement.Agreeing > 0;
    }

    private static bool Agree(Entry entry) => entry.Agreement.Next == true;

    /// <summary>
    /// A share of cells. Cells whose strongest triggers stand in one stretch of the text are one unit.
    /// </summary>
    private static Estimate Share(IReadOnlyCollection<Entry> of, Func<Entry, bool> which) =>
        Estimate.Share([.. of.Select(which)], Units.OfText(of.Select(entry => entry.Stretch)));

    private static PrecisionDistribution Distribution(StudySource source, Readout readout, List<Entry> entries)
    {
        var counted = entries.FindAll(entry => entry.Agreement.Counted > 0);
        int[] histogram = new int[1 + Tenths];
        foreach (var (agreeing, of) in counted.Select(entry => (entry.Agreement.Agreeing, entry.Agreement.Counted)))
            histogram[(Tenths * agreeing + of - 1) / of]++;             // rounded up, so that 0 stands alone
        return new(
            readout,
            Quartiles.Of(counted.Select(Share)),
            histogram,
            [.. counted.Where(entry => entry.Agreement.Counted >= EnoughTriggers).OrderByDescending(Share).Take(Best)
                .Select(entry => Precision(source, entry))]);

        static double Share(Entry entry) => (double)entry.Agreement.Agreeing / entry.Agreement.Counted;
    }

    private static CellPrecision Precision(StudySource source, Entry entry)
    {
        var text = source.Text;
        List<bool> agrees = [];
        List<int> stretches = [];
        foreach (var trigger in source.Atlas.Triggers(entry.Agreement.Cell))
        {
            var prefix = text.Find(trigger.Sentence, trigger.Position);
            if (agrees.Count == entry.Agreement.Counted || text.Next(prefix) is not { } next) continue;
            agrees.Add(next == entry.Agreement.Token);
            stretches.Add(text.Stretch(prefix));
        }
        return new(entry.Agreement.Cell, entry.Agreement.Readout, entry.Agreement.Token,
            Estimate.Share(agrees, Units.OfText(stretches)), entry.Agreement.Q);
    }
}
