using Loci.Models;
using Loci.Models.Weights;
using Loci.Studies;
using Loci.Studies.Layers;

namespace Loci.Tests.Studies;

public class NeuralMemoryTests
{
    /// <summary>Coefficients of the constructed model are the built ones to 1e-3, and one is worth 8 nats.</summary>
    private const double Tolerance = 0.02;

    [Fact]
    public void Is_what_the_constructed_cells_were_built_to_do()
    {
        using var study = StudyCase.Constructed();
        var result = NeuralMemory.Run(study.Source, int.MaxValue, new());
        var asked = study.Prefixes.Where(prefix => study.Text.Next(prefix) is not null)
            .Select(prefix =>
                (Answer: new BuiltAnswers(study.Text.TokensOf(prefix)), Next: study.Text.Next(prefix)!.Value))
                .ToArray();
        Assert.Equal(asked.Length, result.Prefixes);
        Assert.Equal(
            asked.Average(each => BuiltAnswers.Loss(each.Answer.Sum, each.Next)), result.Loss.Value, Tolerance);

        for (int l = 0; l < 2; l++)
        {
            // All values are of one length, so weights are coefficients.
            var layer = result.Coefficients[l];
            Assert.Equal(asked.Average(each => Entropy(each.Answer.Coefficients[l])), layer.Entropy.Value, Tolerance);
            Assert.Equal(
                asked.Average(each => Entropy(BuiltAnswers.Softmax(each.Answer.Before[l]))), layer.SoftmaxEntropy.Value,
                Tolerance);
            Assert.Equal(layer.SoftmaxEntropy.Value - layer.Entropy.Value, layer.EntropyChange.Value, 1e-9);
            Assert.InRange(layer.SoftmaxEffective.Value, 20, 48);       // 48 cells, of which the softmax silences none
            Assert.Equal(
                asked.Average(
                    each => each.Answer.Coefficients[l].Max() > 0 ? Math.Exp(Entropy(each.Answer.Coefficients[l])) : 0),
                layer.Effective.Value, Tolerance);
        }

        var nothing = result.Effects.Single(each => each is { Replacement: SoftmaxReplacement.Nothing, Layer: null });
        Assert.Equal(Math.Log(study.Model.Spec.Vocabulary), nothing.Loss.Value, 1e-4);
        var without0 = result.Effects.Single(each => each is { Replacement: SoftmaxReplacement.Nothing, Layer: 0 });
        Assert.Equal(
            asked.Average(each => BuiltAnswers.Loss(each.Answer.Written[1], each.Next)), without0.Loss.Value,
            Tolerance);

        var softmax = result.Effects.Single(each => each is { Replacement: SoftmaxReplacement.Softmax, Layer: null });
        double expected = asked.Average(each => BuiltAnswers.Loss(
            [.. Softmax(each.Answer, 0).Zip(Softmax(each.Answer, 1), (a, b) => a + b)], each.Next));
        Assert.Equal(expected, softmax.Loss.Value, Tolerance);
        Assert.Equal(softmax.Loss.Value - result.Loss.Value, softmax.LossChange.Value, 1e-9);

        static double[] Softmax(BuiltAnswers answer, int layer) =>
            BuiltAnswers.Scores(layer, BuiltAnswers.Softmax(answer.Before[layer]));
    }

    /// <summary>Every position of a pass of one prefix alone, pre-activations and softmax in float64.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(6), InlineData(8)]
    public void Is_what_the_definitions_give_in_float64(int seed)
    {
        using var study = StudyCase.Random(seed, sentences: 4);
        var result = NeuralMemory.Run(study.Source, int.MaxValue, new() { Threads = 2 });
        var (spec, plain) = (study.Model.Spec, new PlainReading(study.Model));
        Prefix[] asked = [.. study.Prefixes.Where(prefix => study.Text.Next(prefix) is not null)];
        double[][] original =
        [
            .. asked.Select(prefix => plain.Taps(study.Text.TokensOf(prefix))[new(TapPoint.Logits, 0)]),
        ];
        foreach (var effect in result.Effects)
        {
            double[][] changed = [.. asked.Select(prefix =>
                plain.Taps(
                    study.Text.TokensOf(prefix),
                    Change(study.Model, effect.Replacement, effect.Layer))[new(TapPoint.Logits, 0)])];
            double loss = asked.Select((prefix, p) =>
                -Math.Log(PlainReading.Probability(changed[p], study.Text.Next(prefix)!.Value))).Average();
            Assert.Equal(loss, effect.Loss.Value, 1e-4);                // float32 all the way through the layers
            Assert.Equal(
                changed.Where((scores, p) => PlainReading.Top(scores) != PlainReading.Top(original[p])).Count(),
                (int)Math.Round(effect.Changed.Value * asked.Length));
        }
        Assert.Equal(3 * (spec.Layers + 1), result.Effects.Count);
    }

    [Fact]
    public void Matched_norms_are_the_norms_that_were()
    {
        using var study = StudyCase.Random(4);
        var model = study.Model;
        int layer = model.Spec.Layers - 1;
        var plain = new PlainReading(model);
        int[] prefix = [.. study.Text[0]];
        var (before, after) = (plain.Taps(prefix),
            plain.Taps(prefix, SoftmaxRead.Tap(model.Transformer, SoftmaxReplacement.NormMatched, layer)));
        TapName tap = new(TapPoint.Coefficients, layer);
        Assert.NotEqual(before[tap], after[tap]);
        double norm = PlainReading.Norm(Written(model, layer, before[tap]));
        Assert.Equal(norm, PlainReading.Norm(Written(model, layer, after[tap])), 1e-5 * norm);
    }

    [Fact]
    public void Threads_change_nothing()
    {
        using var study = StudyCase.Random(2);
        Assert.Equal(
            StudyCase.Numbers(NeuralMemory.Run(study.Source, 30, new() { Threads = 1 })),
            StudyCase.Numbers(NeuralMemory.Run(study.Source, 30, new() { Threads = 3 })));
    }

    [Fact]
    public void A_text_of_single_tokens_has_nothing_to_predict()
    {
        using var study = new StudyCase(RandomModelOfOneWord(), ["cat", "dog"]);
        Assert.Contains(
            "next token", Assert.Throws<LociException>(() => NeuralMemory.Run(study.Source, 10, new())).Message);
    }

    private static Model RandomModelOfOneWord() => Loci.Tests.Models.RandomModel.Create(1);

    private static Tap Change(Model model, SoftmaxReplacement replacement, int? only)
    {
        float[] x = [];
        return (point, layer, values, batch) =>
        {
            if (only is { } one && one != layer) return;
            if (point == TapPoint.FeedForwardInput) x = values.ToArray();
            if (point != TapPoint.Coefficients) return;
            int width = model.Spec.Width, cells = model.Spec.Blocks[layer].Cells.Count;
            float[] keyBias = Tensor(model, TensorRole.Keys, layer, bias: true);
            bool gated = model.Spec.Blocks[layer].Cells.Gated;
            for (int r = 0; r < batch.Rows; r++)
            {
                var row = values.Slice(r * cells, cells);
                if (replacement == SoftmaxReplacement.Nothing)
                {
                    row.Clear();
                    continue;
                }
                float[] input = x[(r * width)..((r + 1) * width)];
                double[] before = [.. row.ToArray().Select(m => (double)m)];
                double[] a = Dots(Tensor(model, gated ? TensorRole.GateKeys : TensorRole.Keys, layer), input);
                for (int i = 0; !gated && i < keyBias.Length; i++) a[i] += keyBias[i];
                double[] m = BuiltAnswers.Softmax(a);
                if (gated) m = [.. m.Zip(Dots(Tensor(model, TensorRole.Keys, layer), input), (p, u) => p * u)];
                double scale = replacement == SoftmaxReplacement.Softmax
                    ? 1 : PlainReading.Norm(
                        Written(model, layer, before)) / PlainReading.Norm(Written(model, layer, m));
                for (int i = 0; i < cells; i++) row[i] = (float)(scale * m[i]);
            }
        };
    }

    private static double[] Written(Model model, int layer, double[] m)
    {
        float[] value = new float[model.Spec.Width];
        double[] sum = new double[value.Length];
        for (int i = 0; i < m.Length; i++)
        {
            model.Transformer.Blocks[layer].Cells.CopyValue(i, value);
            for (int d = 0; d < sum.Length; d++) sum[d] += m[i] * value[d];
        }
        return sum;
    }

    private static float[] Tensor(Model model, TensorRole role, int layer, bool bias = false) =>
        model.Transformer.Tensors.FirstOrDefault(
            tensor => tensor.Role == role && tensor.Layer == layer && tensor.IsBias == bias) is { } found
            ? model.Transformer.Read(found) : [];

    // keys [cells, width]
    private static double[] Dots(float[] keys, float[] x) =>
    [
        .. Enumerable.Range(0, keys.Length / x.Length)
            .Select(i => x.Select((value, j) => (double)value * keys[i * x.Length + j]).Sum()),
    ];

    private static double Entropy(double[] weights) =>
        weights.Sum() is > 0 and var sum ? -weights.Where(w => w > 0).Sum(w => w / sum * Math.Log(w / sum)) : 0;
}
