using Loci.Models;
using Loci.Tests;
using Loci.Tracing;
using Loci.Torch.Runs;
using static TorchSharp.torch;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class TrainedModelTests
{
    /// <summary>Of the largest logit: two orders of float32 sums.</summary>
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("opt", "word"), InlineData("llama", "bytes-bpe"), InlineData("gpt2", "word"),
        InlineData("loci", "word"), InlineData("loci gated_delta", "word")]
    public void What_is_written_opens_and_computes_the_same(string family, string tokenizer)
    {
        using var folder = new TemporaryFolder();
        var config = TrainingFixture.Config(family, tokenizer) with { Out = folder["model"] };
        config = config.With(t => t with { Steps = 3 });
        var text = TrainingText.Prepare(config);
        using var trainer = new Trainer(config, text);
        trainer.Run(folder["checkpoint.safetensors"], new ImmediateProgress<TrainingProgress>(_ => { }), default);
        TrainedModel.Write(config, text, trainer, TimeSpan.FromSeconds(1));

        var model = Model.Open(config.Out);
        Assert.Equal(family.Split(' ')[0], model.Spec.Family);
        Assert.Equal(text.Begin, model.BeginOfSequence);
        int[] ids = [.. model.Encode("The capital of nowhere is unknown.").Take(16)];
        Assert.Equal(text.Begin, ids[0]);
        AssertSame(trainer, model, ids, Tolerance);

        TrainedModel.Write(config.With(t => t with { Precision = "float16" }), text, trainer, TimeSpan.FromSeconds(1));
        AssertSame(trainer, Model.Open(config.Out), ids, 0.01); // float16 has 11 bits
        Assert.Equal(
            ["config.json", "generation_config.json", "loss.csv", "model.safetensors", "tokenizer.json",
                "tokenizer_config.json", "training.json"],
            Directory.GetFiles(config.Out).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Equal(1 + 4, File.ReadAllLines(Path.Combine(config.Out, "loss.csv")).Length); // steps 0 to 3
    }

    private static void AssertSame(Trainer trainer, Model model, int[] ids, double tolerance)
    {
        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(model.Transformer, Batch.Of(ids));
        float[] managed = pass[TapPoint.Logits];
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokens = tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Length]);
        float[] torch = [.. trainer.Network.Logits(trainer.Network.Forward(tokens)).flatten().data<float>()];
        double largest = torch.Max(Math.Abs), worst = torch.Zip(managed, (t, m) => Math.Abs(t - m)).Max();
        Assert.True(worst <= tolerance * largest, $"off by {worst:g3}, largest {largest:g3}");
    }
}
