using Loci.Atlas.Agreement;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Layers;

/// <summary>
/// How the prediction is refined from layer to layer: when the stream already holds the final answer, and whether a
/// layer keeps it, overrules it or composes a new one (Geva et al. 2021, Section 5.2, Figures 9 to 11), at random
/// prefixes.
/// </summary>
/// <remarks>
/// r is the stream after attention, y what the feed-forward layer adds (output bias included), o = r + y. In models
/// whose two branches are parallel y does not see r; the sums are the same. r and o are read as states, y as an
/// addition: the folded readout applies the final norm to each vector with that vector's own scale.
/// </remarks>
public static class Refinement
{
    /// <summary>The study as a value.</summary>
    public static Study<RefinementResult> Study { get; } =
        new Study<(int Prefixes, int Examples), RefinementResult>("refinement", "refinement")
    {
        What = "how the prediction forms from layer to layer",
        Reads = StudyInputs.Model | StudyInputs.Text,
        Sizes = new((PaperPrefixes, PaperExamples), quick: (200, 20), ofNull: (1000, PaperExamples)),
        Measure = (source, sizes, options) => Run(source, sizes.Prefixes, sizes.Examples, options),
        Result = RefinementJson.Default.RefinementResult,
        Effort = _ => new(5, 1),
    };

    /// <summary>The paper's sample.</summary>
    public const int PaperPrefixes = 4000;

    /// <summary>The paper read so many changes by hand.</summary>
    public const int PaperExamples = 100;

    private static readonly Readout[] s_readouts = Enum.GetValues<Readout>();

    /// <summary>Measures. Besides the text, memory holds at most 256 MiB of rows and 16 MiB of scores.</summary>
    /// <param name="source">Model and text; the atlas is not read.</param>
    /// <param name="prefixes">Prefixes to draw; all where the text has fewer.</param>
    /// <param name="examples">Changes of the last layer to list; all where there are fewer.</param>
    /// <param name="options">Seed, threads, progress, cancellation.</param>
    public static RefinementResult Run(StudySource source, int prefixes, int examples, StudyOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        var (model, text) = (source.Model, source.Text);
        Prefix[] sample = [.. Sampling.Draw(text.Prefixes, prefixes, Sampling.Seed(options.Seed, "prefixes of layers"))
            .Select(text.At)];
        var units = Units.OfText(sample.Select(text.Stretch));
        int layers = model.Spec.Layers;
        TapName last = new(TapPoint.ResidualAfter, layers - 1);
        TapName[] taps =
        [
            .. Enumerable.Range(0, layers).SelectMany(l => new TapName[]
            {
                new(TapPoint.ResidualMiddle, l), new(TapPoint.FeedForward, l), new(TapPoint.ResidualAfter, l),
            }),
            new(TapPoint.ResidualBefore, layers - 1),
        ];

        int[] final = new int[sample.Length], entering = new int[sample.Length];
        LayerTops[] tops = [
            .. s_readouts.SelectMany(readout => Enumerable.Range(0, layers)
                .Select(l => new LayerTops(l, readout, sample.Length)))];
        foreach (var run in RecordedPrefixes.Runs(model, text, sample, taps, options, "refinement"))
        {
            StreamReadout.TopOfStates(model.Transformer, Readout.Folded, run[last.Point, last.Layer], options)
                .CopyTo(final, run.First);
            StreamReadout.TopOfStates(model.Transformer, Readout.Folded, run[TapPoint.ResidualBefore, layers - 1],
                options).CopyTo(entering, run.First);
            foreach (var each in tops) each.Add(model.Transformer, run, final, options);
        }
        var changes = new LastLayer(source, sample, units, entering, tops[^1].R, final);
        return new(sample.Length, [.. tops.Select(each => each.Complete(final, units))],
            changes.Complete(examples, options.Seed));
    }

    /// <summary>The top tokens of one layer under one readout. [sample]</summary>
    private sealed class LayerTops(int layer, Readout readout, int count)
    {
        private readonly int[] _y = new int[count], _o = new int[count];
        private readonly double[] _probability = new double[count];

        public int[] R { get; } = new int[count];

        public void Add(Transformer transformer, RecordedPrefixes run, int[] final, StudyOptions options)
        {
            StreamReadout.States(transformer, readout, run[TapPoint.ResidualMiddle, layer], options, (i, scores) =>
            {
                int p = run.First + i;
                R[p] = Reductions.ArgMax(scores);
                _probability[p] = Math.Exp((double)scores[final[p]] - Reductions.LogSumExp(scores));
            });
            StreamReadout.TopOfAdditions(transformer, readout, run[TapPoint.FeedForward, layer], options)
                .CopyTo(_y, run.First);
            StreamReadout.TopOfStates(transformer, readout, run[TapPoint.ResidualAfter, layer], options)
                .CopyTo(_o, run.First);
        }

        public LayerRefinement Complete(int[] final, Units units)
        {
            int[] cases = [.. R.Select((r, p) => Case(r, _y[p], _o[p]))];
            return new(
                layer, readout,
                Estimate.Share([.. R.Select((r, p) => r == final[p])], units),
                new PermutationNull(R, final).Mean / R.Length,
                Estimate.MeanShare(_probability, units),
                Quartiles.Of(_probability),
                new(Share(0), Share(1), Share(2), Share(3), Share(4)));

            Estimate Share(int which) => Estimate.Share([.. cases.Select(each => each == which)], units);
        }

        // In the order of RefinementCases.
        private static int Case(int r, int y, int o) =>
            o == r ? o == y ? 1 : 0
            : o == y ? 3
            : r == y ? 4 : 2;
    }

    private sealed class LastLayer(StudySource source, Prefix[] sample, Units units, int[] entering, int[] before,
        int[] after)
    {
        private const double Percentile = 0.95;

        public LastLayerChanges Complete(int examples, int seed)
        {
            int[] kinds = [.. sample.Select((_, p) => Kind(entering[p], before[p], after[p]))];
            int[] changed = [.. Enumerable.Range(0, sample.Length).Where(p => before[p] != after[p])];
            var embeddings = new TokenCosines(source.Model.Transformer);
            double[] cosines = [.. changed.Select(p => embeddings.Of(before[p], after[p]))];
            var random = RandomPairs(changed, seed).ToArray();
            double[] chance = [.. random.Select(pair => embeddings.Of(pair.Before, pair.After))];
            var ofChanges = Units.OfText(changed.Select(p => source.Text.Stretch(sample[p])));
            double bound = Quartiles.At([.. chance.Order()], Percentile);
            return new(
                Share(0), Share(1), Share(2), Share(3), Share(4),
                [.. Sampling.Draw(changed.Length, examples, Sampling.Seed(seed, "changes to list"))
                    .Select(i => Example(changed[i], cosines[i]))],
                Estimate.Mean(cosines, ofChanges),
                Estimate.Mean(chance, Units.OfText(random.Select(pair => source.Text.Stretch(sample[pair.At])))),
                double.IsNaN(bound)
                    ? Estimate.None
                    : Estimate.Share([.. cosines.Select(cosine => cosine > bound)], ofChanges), bound);

            Estimate Share(int which) => Estimate.Share([.. kinds.Select(each => each == which)], units);
        }

        // In the order of LastLayerChanges.
        private static int Kind(int entering, int before, int after) =>
            entering == before ? before == after ? 0 : 2
            : before == after ? 1
            : entering == after ? 4 : 3;

        private PredictionChange Example(int p, double cosine) => new(
            source.Text.Id(sample[p].Sentence), sample[p].Position, entering[p], before[p], after[p], cosine);

        // Each before with the after of another change. A change never is between equal tokens, so no pair may be.
        private IEnumerable<(int At, int Before, int After)> RandomPairs(int[] changed, int seed)
        {
            int[] other = [.. changed];
            Sampling.Of(seed, "pairs of changes").Shuffle(other);
            return changed.Zip(other)
                .Where(pair => pair.First != pair.Second && before[pair.First] != after[pair.Second])
                .Select(pair => (pair.First, before[pair.First], after[pair.Second]));
        }
    }

    /// <summary>Cosines of columns of the output embedding.</summary>
    private sealed class TokenCosines(Transformer transformer)
    {
        private readonly float[] _a = new float[transformer.Spec.Width], _b = new float[transformer.Spec.Width];

        public double Of(int a, int b)
        {
            transformer.Head.Output.CopyOutput(a, _a);
            transformer.Head.Output.CopyOutput(b, _b);
            double ab = 0, aa = 0, bb = 0;
            for (int i = 0; i < _a.Length; i++)
            {
                ab += (double)_a[i] * _b[i];
                aa += (double)_a[i] * _a[i];
                bb += (double)_b[i] * _b[i];
            }
            return aa == 0 || bb == 0 ? 0 : ab / Math.Sqrt(aa * bb);
        }
    }
}
