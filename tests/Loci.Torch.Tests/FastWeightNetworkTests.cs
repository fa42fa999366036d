using Loci.Models;
using Loci.Models.Blocks;
using Loci.Tests;
using Loci.Tests.Models;
using Loci.Tracing;
using Loci.Torch.Networks;
using static TorchSharp.torch;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class FastWeightNetworkTests
{
    /// <summary>Of the largest logit: float32 sums in another order.</summary>
    private const double Tolerance = 1e-4;

    [Fact]
    public void Three_ways_compute_the_logits_of_any_geometry()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            using var folder = new TemporaryFolder();
            var model = FastWeightModel.Create(folder, FastWeightModel.Spec(seed), seed).Transformer;
            int[] ids = FastWeightModel.Tokens(seed, 150);
            var pass = new Recording([new(TapPoint.Logits, 0)]);
            pass.Run(model, Batch.Of(ids));
            AssertNear(pass[TapPoint.Logits], Logits(model, ids, new KernelMaths()),
                $"kernels, seed {seed}, {model.Spec}");
            AssertNear(pass[TapPoint.Logits], Logits(model, ids, new TorchMaths()),
                $"operations, seed {seed}, {model.Spec}");
        }
    }

    [Fact]
    public void Both_ways_have_the_same_gradients()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var folder = new TemporaryFolder();
            var model = FastWeightModel.Create(folder, FastWeightModel.Spec(seed), seed).Transformer;
            int[] ids = FastWeightModel.Tokens(seed, 90);
            float[][] kernels = Gradients(model, ids, new KernelMaths()),
                operations = Gradients(model, ids, new TorchMaths());
            for (int i = 0; i < kernels.Length; i++)
                AssertNear(kernels[i], operations[i], $"parameter {i}, seed {seed}, {model.Spec}", 1e-3);
        }
    }

    [Fact]
    public void Segments_that_carry_their_memory_are_one_text()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var folder = new TemporaryFolder();
            var spec = FastWeightModel.Spec(seed, unbounded: true);
            if (spec.Blocks.Any(block => block.Mixer is SoftmaxSpec)) continue;
            var model = FastWeightModel.Create(folder, spec, seed).Transformer;
            int[] ids = FastWeightModel.Tokens(seed, 60);
            foreach (IFastWeightMaths maths in (IFastWeightMaths[])[new KernelMaths(), new TorchMaths()])
            {
                float[] whole = Logits(model, ids, maths);
                using var network = WeightExchange.ToTorch(model, maths);
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                CarriedMemory[] carried = [.. network.Blocks.Select(_ => new CarriedMemory())];
                var parts = new List<float>();
                foreach (int[] part in (int[][])[ids[..20], ids[20..40], ids[40..41], ids[41..]])
                    parts.AddRange(network.Logits(network.Forward(Tokens(part), carried: carried)).flatten()
                        .data<float>());
                foreach (var memory in carried) memory.Dispose();
                AssertNear(whole, [.. parts], $"seed {seed}, {spec}");
            }
        }
    }

    [Fact]
    public void Gradients_are_those_of_float64_differences_through_the_whole_model()
    {
        const double Step = 1e-5; // central: truncation 1e-10, rounding 1e-11 over a loss of order 1
        for (int seed = 0; seed < 5; seed++)
        {
            using var folder = new TemporaryFolder();
            // Smooth everywhere but in what the maps' own tests cover: a kink within a step would be no one's mistake.
            var spec = FastWeightModel.Spec(seed);
            spec = spec with
            {
                Blocks = [
                    .. spec.Blocks.Select(
                        block =>
                            block with { Cells = block.Cells with { Activation =
                                Loci.Memory.Numerics.Activation.Silu } })],
            };
            var model = FastWeightModel.Create(folder, spec, seed).Transformer;
            int[] ids = FastWeightModel.Tokens(seed, 40);
            float[][] gradients = Gradients(model, ids, new KernelMaths());
            using var narrow = WeightExchange.ToTorch(model);
            using var wide = new TorchTransformer(spec, new TorchMaths(), ScalarType.Float64);
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            foreach (var (to, from) in wide.Parameters.Parameters.Zip(narrow.Parameters.Parameters)) to.Values.detach()
                .copy_(from.Values);
            using var seeded = manual_seed(7);
            var weights = randn([ids.Length, spec.Vocabulary]).to(ScalarType.Float64);
            var random = new Random(seed);
            for (int i = 0; i < gradients.Length; i++)
            {
                double largest = gradients[i].Max(Math.Abs);
                for (int trial = 0; trial < 2; trial++)
                {
                    var numbers = wide.Parameters.Parameters[i].Values.detach().view(-1);
                    int at = random.Next(gradients[i].Length);
                    double here = numbers[at].item<double>();
                    double[] losses = [.. new[] { -Step, Step }.Select(by =>
                    {
                        numbers[at] = here + by;
                        return (wide.Logits(wide.Forward(Tokens(ids))) * weights).sum().item<double>();
                    })];
                    numbers[at] = here;
                    double expected = (losses[1] - losses[0]) / (2 * Step);
                    Assert.True(Math.Abs(expected - gradients[i][at]) <= 1e-3 * largest + 1e-6,
                        $"{wide.Parameters.Parameters[i].Name}[{at}]: {gradients[i][at]:g6}, by differences "
                        + $"{expected:g6}; seed {seed}, {spec}");
                }
            }
        }
    }

    private static float[] Logits(Transformer model, int[] ids, IFastWeightMaths maths)
    {
        using var network = WeightExchange.ToTorch(model, maths);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return [.. network.Logits(network.Forward(Tokens(ids))).flatten().data<float>()];
    }

    // Of Σ logit·w with fixed random w.
    private static float[][] Gradients(Transformer model, int[] ids, IFastWeightMaths maths)
    {
        using var network = WeightExchange.ToTorch(model, maths);
        using var scope = NewDisposeScope();
        network.Parameters.ClearGradients();
        var logits = network.Logits(network.Forward(Tokens(ids)));
        using var seeded = manual_seed(7);
        logits.backward([randn(logits.shape)]);
        return [
            .. network.Parameters.Parameters.Select(parameter => parameter.Gradient.flatten().data<float>().ToArray())];
    }

    private static Tensor Tokens(int[] ids) => tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Length]);

    private static void AssertNear(float[] expected, float[] actual, string what, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs), worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance * largest, $"off by {worst:g3}, largest {largest:g3}: {what}");
    }
}
