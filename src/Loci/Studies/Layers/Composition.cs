using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Layers;

/// <summary>
/// Whether a feed-forward layer says what one of its memories says, or something that none of them does (Geva et al.
/// 2021, Section 5.1, Figures 7 and 8), at random prefixes.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>y is what the layer adds to the stream, output bias included; o = y + r the stream after it, r the stream
/// after attention. top(h) = argmax(h·E), by <see cref="Readout"/>; y and the values are read as additions, o as a
/// state.</item>
/// <item>A memory adds m·v, so it says top(v) where m &gt; 0 and top(−v) where m &lt; 0. With a norm after the layer v
/// is γ_post⊙v.</item>
/// <item>Agreement: top(y) is what at least one active memory says. «Active» under ReLU is m ≠ 0; where nearly no
/// coefficient is exactly zero, that rule makes zero agreement rare by itself, and the other rules tell more.</item>
/// <item>Stop tokens are the most frequent ones that make up half of the text; a short prefix has fewer than 5 tokens,
/// a beginning-of-sequence token not counted.</item>
/// </list>
/// </remarks>
public static class Composition
{
    /// <summary>The study as a value.</summary>
    public static Study<CompositionResult> Study { get; } =
        new Study<int, CompositionResult>("composition", "composition")
    {
        What = "whether a layer says what one of its memories says",
        Reads = StudyInputs.Model | StudyInputs.Text,
        Sizes = new(PaperPrefixes, quick: 200, ofNull: 1000),
        Measure = Run,
        Result = CompositionJson.Default.CompositionResult,
        Effort = _ => new(10, 2),
    };

    /// <summary>The paper's sample.</summary>
    public const int PaperPrefixes = 4000;

    /// <summary>Prefixes of fewer tokens are short.</summary>
    public const int ShortBelow = 5;

    private static readonly ActiveRule[] s_rules = Enum.GetValues<ActiveRule>();
    private static readonly Readout[] s_readouts = Enum.GetValues<Readout>();

    /// <summary>Measures. Besides the text, memory holds at most 256 MiB of rows and 16 MiB of scores.</summary>
    /// <param name="source">Model and text; the atlas is not read.</param>
    /// <param name="prefixes">Prefixes to draw; all where the text has fewer.</param>
    /// <param name="options">Seed, threads, progress, cancellation.</param>
    public static CompositionResult Run(StudySource source, int prefixes, StudyOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixes, 1);
        var (model, text) = (source.Model, source.Text);
        Prefix[] sample = [.. Sampling.Draw(text.Prefixes, prefixes, Sampling.Seed(options.Seed, "prefixes of layers"))
            .Select(text.At)];
        var stop = FrequentTokens.Of(text);
        int layers = model.Spec.Layers;
        var units = Units.OfText(sample.Select(text.Stretch));
        var tallies = new LayerTally[layers];
        for (int l = 0; l < layers; l++)
        {
            tallies[l] = new(model.Transformer, l, sample, units, stop, options);
            options.Progress?.Report(new("reading values", l + 1, layers));
        }

        TapName[] taps = [.. Enumerable.Range(0, layers).SelectMany(l => new TapName[]
        {
            new(TapPoint.Coefficients, l), new(TapPoint.FeedForward, l), new(TapPoint.ResidualAfter, l),
        })];
        foreach (var run in RecordedPrefixes.Runs(model, text, sample, taps, options, "composition"))
            foreach (var tally in tallies) tally.Add(run);

        return new(
            sample.Length,
            stop.Count,
            Estimate.Share([.. sample.Select(IsShort)], units),
            [.. tallies.Select(tally => tally.Activity())],
            [.. s_readouts.SelectMany(
                readout => s_rules.SelectMany(rule => tallies.Select(tally => tally.Agreement(readout, rule))))],
            [.. s_readouts.SelectMany(
                readout => s_rules.Select(rule => Pooled(tallies, sample, units, readout, rule)))]);
    }

    private static bool IsShort(Prefix prefix) => prefix.Position + 1 < ShortBelow;

    private static PooledComposition Pooled(LayerTally[] tallies, Prefix[] sample, Units units, Readout readout,
        ActiveRule rule)
    {
        double[] pairs = new double[sample.Length], agreeing = new double[sample.Length],
            without = new double[sample.Length], chance = new double[sample.Length];
        double[] stop = new double[sample.Length], stopAgreeing = new double[sample.Length],
            shortAgreeing = new double[sample.Length];
        foreach (var tally in tallies)
        {
            var facts = tally.Facts(readout, rule);
            for (int p = 0; p < facts.Length; p++)
            {
                pairs[p]++;
                if (facts[p].HasFlag(Fact.Stop)) stop[p]++;
                if (!facts[p].HasFlag(Fact.AgreesByChance)) chance[p]++;
                if (!facts[p].HasFlag(Fact.Agrees))
                {
                    without[p]++;
                    continue;
                }
                agreeing[p]++;
                if (facts[p].HasFlag(Fact.Stop)) stopAgreeing[p]++;
                if (IsShort(sample[p])) shortAgreeing[p]++;
            }
        }
        return new(
            readout, rule, Estimate.Share(without, pairs, units), Estimate.Share(chance, pairs, units),
            Estimate.Share(stop, pairs, units),
            Estimate.Share(stopAgreeing, agreeing, units), Estimate.Share(shortAgreeing, agreeing, units));
    }

    /// <summary>What is known of one prefix in one layer, by readout and rule.</summary>
    [Flags]
    private enum Fact : byte
    {
        None = 0,
        Agrees = 1,
        AgreesWithState = 2,
        Stop = 4,
        Bias = 8,
        AgreesByChance = 16,
    }

    private sealed class LayerTally
    {
        private readonly Transformer _transformer;
        private readonly int _layer;
        private readonly Prefix[] _sample;
        private readonly Units _units;
        private readonly HashSet<int> _stop;
        private readonly StudyOptions _options;
        private readonly CellTops[] _tops;                              // [readouts]
        // the output bias's top token, −1 without one. [readouts]
        private readonly int[] _bias;
        private readonly Fact[][] _facts;                               // [readouts · rules][sample]
        private readonly double[][] _active;                            // share of active cells. [rules][sample]
        private readonly double[] _positive;                            // [sample]

        public LayerTally(Transformer transformer, int layer, Prefix[] sample, Units units, HashSet<int> stop,
            StudyOptions options)
        {
            (_transformer, _layer, _sample, _units, _stop, _options) =
                (transformer, layer, sample, units, stop, options);
            _tops = [.. s_readouts.Select(readout => CellTops.Read(transformer, readout, layer, options))];
            _bias = [.. s_readouts.Select(TopOfBias)];
            _facts = [.. Enumerable.Range(0, s_readouts.Length * s_rules.Length).Select(_ => new Fact[sample.Length])];
            _active = [.. s_rules.Select(_ => new double[sample.Length])];
            _positive = new double[sample.Length];
        }

        public Fact[] Facts(Readout readout, ActiveRule rule) => _facts[(int)readout * s_rules.Length + (int)rule];

        public void Add(RecordedPrefixes run)
        {
            int cells = _transformer.Blocks[_layer].Cells.Capacity;
            int[][] y = [
                .. s_readouts.Select(
                    r => StreamReadout.TopOfAdditions(_transformer, r, run[TapPoint.FeedForward, _layer], _options))];
            int[][] o = [
                .. s_readouts.Select(
                    r => StreamReadout.TopOfStates(_transformer, r, run[TapPoint.ResidualAfter, _layer], _options))];
            float[] coefficients = run[TapPoint.Coefficients, _layer];  // [count, cells]
            Parallel.For(0, run.Count, _options.Compute.Parallel, () => new ActiveCells(cells), (i, _, order) =>
            {
                var m = coefficients.AsSpan(i * cells, cells);
                int p = run.First + i, positive = 0;
                foreach (float one in m)
                    if (one > 0) positive++;
                _positive[p] = (double)positive / cells;
                order.Set(m, _tops[0].Norms);
                foreach (var rule in s_rules)
                {
                    var active = order.Active(rule);
                    _active[(int)rule][p] = (double)active.Length / cells;
                    foreach (var readout in s_readouts)
                        Facts(readout, rule)[p] = Compare(
                            (int)readout, m, active, y[(int)readout][i],
                            y[(int)readout][(i + run.Count / 2) % run.Count], o[(int)readout][i]);
                }
                return order;
            }, _ => { });
        }

        public LayerActivity Activity() => new(
            _layer,
            Estimate.MeanShare(_active[(int)ActiveRule.NonZero], _units),
            Estimate.MeanShare(_positive, _units),
            Estimate.MeanShare(_active[(int)ActiveRule.Carrying99], _units),
            Estimate.MeanShare(_active[(int)ActiveRule.Carrying90], _units),
            Estimate.Share([.. _active[(int)ActiveRule.NonZero].Select(share => share == 0)], _units));

        public LayerComposition Agreement(Readout readout, ActiveRule rule)
        {
            var facts = Facts(readout, rule);
            double[] agreeing = [.. facts.Select(fact => fact.HasFlag(Fact.Agrees) ? 1.0 : 0)];
            return new(
                _layer, readout, rule,
                Share(fact => !fact.HasFlag(Fact.Agrees)),
                Share(fact => !fact.HasFlag(Fact.AgreesWithState)),
                Share(fact => !fact.HasFlag(Fact.AgreesByChance)),
                _bias[(int)readout] < 0 ? Estimate.None : Share(fact => fact.HasFlag(Fact.Bias)),
                Share(fact => fact.HasFlag(Fact.Stop)),
                OfAgreeing((fact, _) => fact.HasFlag(Fact.Stop)),
                OfAgreeing((_, p) => IsShort(_sample[p])));

            Estimate Share(Func<Fact, bool> which) => Estimate.Share([.. facts.Select(which)], _units);

            Estimate OfAgreeing(Func<Fact, int, bool> which) =>
                Estimate.Share([.. facts.Select((fact, p) => which(fact, p) ? agreeing[p] : 0)], agreeing, _units);
        }

        private Fact Compare(int readout, ReadOnlySpan<float> m, ReadOnlySpan<int> active, int y, int another, int o)
        {
            var fact = (_stop.Contains(y) ? Fact.Stop : Fact.None) | (y == _bias[readout] ? Fact.Bias : Fact.None);
            foreach (int cell in active)
            {
                int said = _tops[readout].Of(cell, m[cell]);
                if (said == y) fact |= Fact.Agrees;
                if (said == o) fact |= Fact.AgreesWithState;
                if (said == another) fact |= Fact.AgreesByChance;
            }
            return fact;
        }

        private int TopOfBias(Readout readout)
        {
            var block = _transformer.Blocks[_layer];
            if (block.Cells.ValueBias.IsEmpty) return -1;
            float[] bias = [.. block.Cells.ValueBias];
            block.JoinValue(bias);
            return StreamReadout.TopOfAdditions(_transformer, readout, bias, _options)[0];
        }
    }
}
