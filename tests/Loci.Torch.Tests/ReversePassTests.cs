using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Gradients;
using Loci.Models.Weights;
using Loci.Tests;
using Loci.Tests.Models;
using Loci.Torch.Networks;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Tests;

/// <summary>The managed way back beside Torch's autograd in float64, which is held to finite differences.</summary>
[Collection(nameof(TorchProcess))]
public class ReversePassTests
{
    /// <summary>Of a tensor's largest gradient: float32 sums and functions against float64.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>Of the model's largest gradient: what cancels in a tensor whose own gradients are next to
    /// nothing.</summary>
    private const double Floor = 1e-6;

    /// <summary>Central differences: truncation 1e-10, rounding 1e-11 over a loss of order 1.</summary>
    private const double Step = 1e-5, DifferenceTolerance = 1e-5;

    public static TheoryData<string> Families => NetworkTests.Families;

    [Theory, MemberData(nameof(Families))]
    public void Gradients_of_a_family_are_those_of_autograd(string family)
    {
        using var model = Model.Open(Path.Combine(AppContext.BaseDirectory, "families", family));
        AssertSame(model.Transformer, seed: 1, family, Ids);
    }

    [Fact]
    public void Gradients_of_any_geometry_are_those_of_autograd()
    {
        for (int seed = 0; seed < 24; seed++)
        {
            using var model = RandomModel.Create(seed);
            AssertSame(model.Transformer, seed, $"random {seed}", Ids);
        }
    }

    [Fact]
    public void Gradients_through_fast_weights_are_those_of_autograd()
    {
        for (int seed = 0; seed < 24; seed++)
        {
            using var folder = new TemporaryFolder();
            using var model = FastWeightModel.Create(folder, FastWeightModel.Spec(seed), seed);
            AssertSame(model.Transformer, seed, $"fast weights {seed}", (_, count, at) =>
                FastWeightModel.Tokens(at, count), length: 45);
        }
    }

    private static void AssertSame(
        Transformer model, int seed, string name, Func<ModelSpec, int, int, int[]> ids, int? length = null)
    {
        var spec = model.Spec;
        int count = Math.Min(length ?? 13, spec.Context);
        int[][] texts = [ids(spec, count, seed), ids(spec, count, seed + 1)];
        var batch = new Batch();
        foreach (int[] text in texts) batch.Add(text);
        float[] given = Given(spec.Vocabulary, seed);
        int[] rows = [count / 2, count - 1, 2 * count - 1];
        var objective = new Objective();
        objective.AddTarget(rows[0], texts[0][1], 0.7);
        objective.AddTarget(rows[1], texts[1][0]);
        objective.AddDivergence(rows[1], given, 0.5);
        objective.AddDivergence(rows[2], given);
        objective.AddScore(rows[2], texts[0][0], -0.3);

        var shift = new ValueShift(spec.Layers - 1, [.. Enumerable.Range(0, batch.Rows)], new float[spec.Width]);
        using var pass = new ReversePass(model);
        using var weights = new WeightGradients(model, Enumerable.Range(0, spec.Layers), wholeBlocks: true);
        float[] entering = [];
        pass.Read(batch);
        double loss = pass.Forward(objective, shift);
        pass.Backward(weights, (point, layer, gradient, _) =>
        {
            if (point == TapPoint.ResidualBefore && layer == 0) entering = gradient.ToArray();
        });

        using var scope = NewDisposeScope();
        using var narrow = WeightExchange.ToTorch(model);
        using var wide = new TorchTransformer(spec, new TorchMaths(), ScalarType.Float64);
        using (no_grad())
            foreach (var (to, from) in wide.Parameters.Parameters.Zip(narrow.Parameters.Parameters))
                to.Values.detach().copy_(from.Values);
        var tokens = tensor(texts.SelectMany(text => text).Select(id => (long)id).ToArray(), [2, count]);
        var expected = Loss(wide, tokens, rows, texts, given);
        expected.backward();
        Assert.Equal(expected.item<double>(), loss, 1e-4 * Math.Max(1, Math.Abs(loss)));

        var gradients = Gradients(wide).ToList();
        double most = gradients.Max(pair => pair.Gradient.Max(Math.Abs));
        foreach (var (tensor, gradient) in gradients.Where(pair => pair.Tensor.Layer >= 0))
        {
            AssertNear(gradient, weights.Of(tensor), most, $"{tensor}: {name}, {spec}");
            if (tensor is { Role: TensorRole.Values, IsBias: true } && tensor.Layer == shift.Layer)
                AssertNear(gradient, shift.Gradient, most, $"shift: {name}");
        }
        Assert.Equal(weights.Tensors.Count(), gradients.Count(pair => pair.Tensor.Layer >= 0));
        if (!spec.Head.Tied) AssertEmbedding(spec, batch, entering, gradients, most, name);
        if (spec.Blocks.All(block => block.Mixer is SoftmaxSpec && block.Cells.Activation != Activation.Relu))
            AssertDifferences(wide, () => Loss(wide, tokens, rows, texts, given).item<double>(), most, seed, name);
    }

    // The gradient of the stream that enters the first block, token by token.
    private static void AssertEmbedding(
        ModelSpec spec, Batch batch, float[] entering, List<(TensorSlot Tensor, double[] Gradient)> gradients,
        double most, string name)
    {
        float[] sums = new float[spec.Vocabulary * spec.Width];
        for (int r = 0; r < batch.Rows; r++)
            for (int i = 0; i < spec.Width; i++)
                sums[batch.Tokens[r] * spec.Width + i] += spec.EmbeddingScale * entering[r * spec.Width + i];
        AssertNear(gradients.Single(pair => pair.Tensor.Role == TensorRole.Embedding).Gradient, sums, most,
            $"embedding: {name}");
    }

    private static void AssertDifferences(
        TorchTransformer network, Func<double> loss, double most, int seed, string name)
    {
        using var _ = no_grad();
        var random = new Random(seed);
        foreach (var parameter in network.Parameters.Parameters)
        {
            var numbers = parameter.Values.detach().view(-1);
            long at = random.NextInt64(numbers.shape[0]);
            double here = numbers[at].item<double>(), gradient = parameter.Gradient.reshape(-1)[at].item<double>();
            double[] losses = [.. new[] { -Step, Step }.Select(by =>
            {
                numbers[at] = here + by;
                return loss();
            })];
            numbers[at] = here;
            double difference = (losses[1] - losses[0]) / (2 * Step);
            Assert.True(Math.Abs(difference - gradient) <= DifferenceTolerance * most,
                $"{parameter.Name}[{at}]: {gradient:g6}, by differences {difference:g6}; {name}");
        }
    }

    private static Tensor Loss(TorchTransformer network, Tensor tokens, int[] rows, int[][] texts, float[] given)
    {
        var logits = network.Logits(network.Forward(tokens));
        logits = logits.reshape(-1, logits.shape[^1]);
        var log = F.log_softmax(logits, 1);
        var p = tensor(given.Select(x => (double)x).ToArray());
        return -0.7 * log[rows[0], texts[0][1]] - log[rows[1], texts[1][0]] + 0.5 * Divergence(log[rows[1]])
            + Divergence(log[rows[2]]) - 0.3 * logits[rows[2], texts[0][0]];

        Tensor Divergence(Tensor row) => (p.exp() * (p - row)).sum();
    }

    private static IEnumerable<(TensorSlot Tensor, double[] Gradient)> Gradients(TorchTransformer network)
    {
        foreach (var parameter in network.Parameters.Parameters)
        {
            double[] all = [.. parameter.Gradient.to(ScalarType.Float64).flatten().data<double>()];
            int first = 0, columns = (int)parameter.Shape[^1];
            foreach (var slot in parameter.Tensors)
            {
                double[] own = new double[slot.Count];
                if (slot.Shape.Length < 3)
                    Array.Copy(all, first * (slot.Count / (int)slot.Shape[0]), own, 0, own.Length);
                else // [channels, 1, size] of a table [size, channels]
                    for (int i = 0, size = (int)slot.Shape[2]; i < own.Length; i++)
                        own[i] = all[i % size * columns + first + i / size];
                yield return (slot, own);
                first += (int)slot.Shape[0];
            }
        }
    }

    private static float[] Given(int vocabulary, int seed)
    {
        var random = new Random(seed);
        double[] scores = [.. Enumerable.Range(0, vocabulary).Select(_ => 2 * random.NextDouble())];
        double log = Math.Log(scores.Sum(Math.Exp));
        return [.. scores.Select(score => (float)(score - log))];
    }

    private static int[] Ids(ModelSpec spec, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(spec.Vocabulary))];
    }

    private static void AssertNear(double[] expected, float[] actual, double most, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs), worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance * largest + Floor * most, $"off by {worst:g3}, largest {largest:g3}: {what}");
    }
}
