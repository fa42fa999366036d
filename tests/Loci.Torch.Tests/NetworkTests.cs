using Loci.Models;
using Loci.Tests.Models;
using Loci.Tracing;
using Loci.Torch.Networks;
using static TorchSharp.torch;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class NetworkTests
{
    /// <summary>Of the largest logit; two orders of float32 sums were seen to stay below 3e-6.</summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Families { get; } =
        [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "families"))
            .Select(folder => Path.GetFileName(folder)).Order()];

    [Theory, MemberData(nameof(Families))]
    public void Both_engines_compute_a_familys_logits(string family) =>
        AssertSame(Model.Open(Path.Combine(AppContext.BaseDirectory, "families", family)).Transformer, length: 23);

    [Fact]
    public void Both_engines_compute_the_logits_of_any_geometry()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var model = RandomModel.Create(seed).Transformer;
            AssertSame(model, model.Spec.Context);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Weights_come_back_as_they_went(string family)
    {
        var model = Model.Open(Path.Combine(AppContext.BaseDirectory, "families", family)).Transformer;
        using var network = WeightExchange.ToTorch(model);
        int[] ids = Ids(model.Spec, 9);
        Assert.Equal(Logits(model, ids), Logits(WeightExchange.FromTorch(network), ids));
    }

    [Fact]
    public void Branches_join_with_less_noise_the_deeper_the_model()
    {
        var small = RandomModel.Create(1).Spec;
        var block = small.Blocks[0] with { Cells = small.Blocks[0].Cells with { Count = 256 } };
        var spec = small with { Width = 64, Blocks = [.. Enumerable.Repeat(block, 8)] };
        using var network = new TorchTransformer(spec);
        network.Parameters.Initialise(3);
        Assert.Equal(0.02, Deviation(network.Blocks[3].Keys.Weight), 0.001);
        Assert.Equal(0.02 / 4, Deviation(network.Blocks[3].Values.Weight), 0.0003);
        Assert.Equal(0.02, Deviation(network.Embedding), 0.002);

        static double Deviation(Parameter parameter) => parameter.Values.std().item<float>();
    }

    private static void AssertSame(Transformer model, int length)
    {
        using var network = WeightExchange.ToTorch(model);
        int[] ids = Ids(model.Spec, length), others = Ids(model.Spec, length, seed: 2);
        float[] expected = [.. Logits(model, ids), .. Logits(model, others)];

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokens = tensor(ids.Concat(others).Select(id => (long)id).ToArray(), [2, length]);
        float[] actual = [.. network.Logits(network.Forward(tokens)).flatten().data<float>()];
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs), worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance * largest,
            $"{model.Spec.Family}: off by {worst:g3}, largest {largest:g3}, {model.Spec}");
    }

    private static float[] Logits(Transformer model, int[] ids)
    {
        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(model, Batch.Of(ids));
        return pass[TapPoint.Logits];
    }

    private static int[] Ids(ModelSpec spec, int length, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(spec.Vocabulary))];
    }
}
