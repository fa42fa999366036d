using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Layers;

/// <summary>
/// How far a feed-forward layer is from a neural memory, which is the same thing with a softmax: FF(x) = f(x·Kᵀ)·V
/// against MN(x) = softmax(x·Kᵀ)·V (Geva et al. 2021, Section 2, equations 1 and 2; they state the likeness and do not
/// measure it).
/// </summary>
/// <remarks>
/// The softmax goes over the cells of a layer and takes the key's bias with it. No temperature is fitted: scores were
/// trained for f, so what is measured is how much f's shape and scale matter to this model, not how good a model with
/// softmax layers could be. A replaced layer is replaced at every position, so later positions and layers see it too.
/// </remarks>
public static class NeuralMemory
{
    /// <summary>The study as a value.</summary>
    public static Study<NeuralMemoryResult> Study { get; } =
        new Study<int, NeuralMemoryResult>("neural-memory", "neural memory")
    {
        What = "what a softmax in place of a layer's own function would cost",
        Reads = StudyInputs.Model | StudyInputs.Text,
        Sizes = new(Composition.PaperPrefixes, quick: 200),
        Measure = Run,
        Result = NeuralMemoryJson.Default.NeuralMemoryResult,
        Effort = spec => new(4 * spec.Layers, 2 + 3 * (spec.Layers + 1)),
    };

    private const int MostRows = 256;

    /// <summary>Measures. Besides the text, memory holds at most 256 MiB of rows and 16 MiB of scores.</summary>
    /// <param name="source">Model and text; the atlas is not read.</param>
    /// <param name="prefixes">Prefixes with a next token to draw; all where the text has fewer.</param>
    /// <param name="options">Seed, threads, progress, cancellation.</param>
    /// <exception cref="LociException">No sentence has two tokens, so there is no next token to predict.</exception>
    public static NeuralMemoryResult Run(StudySource source, int prefixes, StudyOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixes, 1);
        var (model, text) = (source.Model, source.Text);
        Prefix[] sample = Draw(text, prefixes, options.Seed);
        if (sample.Length == 0)
            throw new LociException(
                "No sentence of the text has two tokens, so no prefix has a next token to predict.");
        var units = Units.OfText(sample.Select(text.Stretch));
        int layers = model.Spec.Layers;

        LayerCoefficients[] coefficients =
            [.. Enumerable.Range(0, layers)
                .Select(l => new LayerCoefficients(model.Transformer, l, sample.Length, units, options))];
        TapName[] taps = [.. Enumerable.Range(0, layers)
            .SelectMany(l => new TapName[] { new(TapPoint.FeedForwardInput, l), new(TapPoint.Coefficients, l) })];
        foreach (var run in RecordedPrefixes.Runs(model, text, sample, taps, options, "softmax coefficients"))
            foreach (var layer in coefficients) layer.Add(run);

        var original = Outputs.Of(source, sample, options, "predictions as they are", change: null);
        List<SoftmaxEffect> effects = [];
        foreach (var replacement in Enum.GetValues<SoftmaxReplacement>())
        {
            foreach (int? layer in Enumerable.Range(0, layers).Select(l => (int?)l).Append(null))
            {
                var changed = Outputs.Of(
                    source, sample, options,
                    $"predictions, {(layer is { } l ? $"layer {l}" : "all layers")} as {replacement}",
                    () => SoftmaxRead.Tap(model.Transformer, replacement, layer));
                effects.Add(new(
                    replacement, layer,
                    Estimate.Share([.. changed.Top.Zip(original.Top, (after, before) => after != before)], units),
                    Estimate.Mean(changed.Loss, units),
                    Estimate.Mean([.. changed.Loss.Zip(original.Loss, (after, before) => after - before)], units)));
            }
        }
        return new(
            sample.Length, Estimate.Mean(original.Loss, units),
            [.. coefficients.Select(layer => layer.Complete())], effects);
    }

    // Of the prefixes in order of the text, those before the last of their sentence.
    private static Prefix[] Draw(StudyText text, int count, int seed)
    {
        List<int> withNext = new(text.Prefixes - text.Count);
        for (int s = 0, at = 0; s < text.Count; s++)
        {
            int length = text[s].Length;
            for (int i = 0; i < length - 1; i++) withNext.Add(at + i);
            at += length;
        }
        return [.. Sampling.Draw(withNext.Count, count, Sampling.Seed(seed, "prefixes with a next token"))
            .Select(i => text.At(withNext[i]))];
    }

    /// <summary>The model's answer and loss at every prefix. [sample]</summary>
    private sealed record Outputs(int[] Top, double[] Loss)
    {
        public static Outputs Of(StudySource source, Prefix[] sample, StudyOptions options, string doing,
            Func<Tap>? change)
        {
            var outputs = new Outputs(new int[sample.Length], new double[sample.Length]);
            TapName last = new(TapPoint.ResidualAfter, source.Model.Spec.Layers - 1);
            foreach (var run in RecordedPrefixes.Runs(source.Model, source.Text, sample, [last], options, doing,
                change))
                StreamReadout.States(source.Model.Transformer, Readout.Folded, run[last.Point, last.Layer], options,
                    (i, scores) =>
                {
                    int p = run.First + i;
                    outputs.Top[p] = Reductions.ArgMax(scores);
                    outputs.Loss[p] = (double)Reductions.LogSumExp(scores) - scores[source.Text.Next(sample[p])!.Value];
                });
            return outputs;
        }
    }

    /// <summary>The coefficients of one layer under f and under the softmax. [sample]</summary>
    private sealed class LayerCoefficients
    {
        private readonly Transformer _transformer;
        private readonly int _layer;
        private readonly Units _units;
        private readonly StudyOptions _options;
        private readonly float[] _norms;                                // ‖v‖ [cells]
        private readonly double[] _entropy, _softmaxEntropy, _active, _softmaxActive, _shared, _ratio;

        public LayerCoefficients(Transformer transformer, int layer, int count, Units units, StudyOptions options)
        {
            (_transformer, _layer, _units, _options) = (transformer, layer, units, options);
            _norms = new float[transformer.Blocks[layer].Cells.Capacity];
            float[] value = new float[transformer.Spec.Width];
            for (int i = 0; i < _norms.Length; i++)
            {
                ValueProjection.Values(transformer, layer, i, value);
                _norms[i] = MathF.Sqrt(Reductions.SumOfSquares(value));
            }
            _entropy = new double[count];
            _softmaxEntropy = new double[count];
            _active = new double[count];
            _softmaxActive = new double[count];
            _shared = new double[count];
            _ratio = new double[count];
        }

        public void Add(RecordedPrefixes run)
        {
            int width = _transformer.Spec.Width, cells = _transformer.Blocks[_layer].Cells.Capacity;
            float[] x = run[TapPoint.FeedForwardInput, _layer], m = run[TapPoint.Coefficients, _layer];
            Parallel.For(
                0, (run.Count + MostRows - 1) / MostRows, _options.Compute.Parallel,
                () =>
                    (Read: new SoftmaxRead(_transformer), Order: new ActiveCells(cells),
                        Softmax: new float[MostRows * cells]),
                (block, _, own) =>
                {
                    int first = block * MostRows, rows = Math.Min(MostRows, run.Count - first);
                    var before = m.AsSpan(first * cells, rows * cells);
                    var after = own.Softmax.AsSpan(0, rows * cells);    // [rows, cells]
                    float[] written = new float[rows], softmaxWritten = new float[rows];
                    own.Read.Coefficients(_layer, x.AsSpan(first * width, rows * width), after, rows);
                    own.Read.Written(_layer, before, written);
                    own.Read.Written(_layer, after, softmaxWritten);
                    for (int r = 0; r < rows; r++)
                        Compare(
                            run.First + first + r, before.Slice(r * cells, cells), after.Slice(r * cells, cells),
                            own.Order,
                            written[r] > 0 ? (double)softmaxWritten[r] / written[r] : double.NaN);
                    return own;
                },
                _ => { });
        }

        public SoftmaxCoefficients Complete()
        {
            // A prefix without any active cell has no share: it weighs nothing.
            double[] defined = [.. _shared.Select(share => double.IsNaN(share) ? 0.0 : 1)],
                shared = [.. _shared.Select(share => double.IsNaN(share) ? 0 : share)];
            return new(
                _layer,
                Mean(_entropy.Select(EntropyOf)), Mean(_softmaxEntropy.Select(EntropyOf)),
                Mean(_softmaxEntropy.Zip(_entropy, (after, before) => EntropyOf(after) - EntropyOf(before))),
                Mean(_entropy.Select(EffectiveOf)), Mean(_softmaxEntropy.Select(EffectiveOf)),
                Mean(_active), Mean(_softmaxActive),
                Mean(_softmaxActive.Zip(_active, (after, before) => after - before)),
                Estimate.Share(shared, defined, _units), Quartiles.Of(_ratio.Where(ratio => !double.IsNaN(ratio))));

            Estimate Mean(IEnumerable<double> values) => Estimate.Mean([.. values], _units);

            // Without any active cell the shares are not defined: kept as NaN, counted as no cell.
            static double EntropyOf(double entropy) => double.IsNaN(entropy) ? 0 : entropy;
            static double EffectiveOf(double entropy) => double.IsNaN(entropy) ? 0 : Math.Exp(entropy);
        }

        private void Compare(int p, ReadOnlySpan<float> m, ReadOnlySpan<float> softmax, ActiveCells order, double ratio)
        {
            _ratio[p] = ratio;
            _entropy[p] = Entropy(m);
            _softmaxEntropy[p] = Entropy(softmax);
            order.Set(m, _norms);
            HashSet<int> active = [.. order.Active(ActiveRule.Carrying90)];
            order.Set(softmax, _norms);
            var softmaxActive = order.Active(ActiveRule.Carrying90);
            _active[p] = active.Count;
            _softmaxActive[p] = softmaxActive.Length;
            int both = 0;
            foreach (int cell in softmaxActive)
                if (active.Contains(cell)) both++;
            _shared[p] = active.Count == 0 ? double.NaN : (double)both / active.Count;
        }

        // Of the weights |m|·‖v‖ as shares of their sum; NaN where that is 0.
        private double Entropy(ReadOnlySpan<float> m)
        {
            double sum = 0, weighted = 0;
            for (int i = 0; i < m.Length; i++)
            {
                double weight = Math.Abs((double)m[i]) * _norms[i];
                if (weight == 0) continue;
                sum += weight;
                weighted += weight * Math.Log(weight);
            }
            return sum == 0 ? double.NaN : Math.Max(0, Math.Log(sum) - weighted / sum);
        }
    }
}
