using System.Text.Json.Nodes;
using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

/// <summary>Small trainings on a few thousand words of the world.</summary>
internal static class TrainingFixture
{
    public static TrainingConfig Config(string family = "opt", string tokenizer = "word") => new()
    {
        Out = "unused",
        Seed = 3,
        Model = family.Split(' ') is ["loci", .. var rule] ? FastWeights(rule is [var named] ? named : "delta")
            : new() { Family = family, Layers = 2, Width = 24, Heads = 2, Cells = 40, Context = 20 },
        Tokenizer = new() { Kind = tokenizer, Vocabulary = 400 },
        Corpus = new() { World = new() { Words = 6000 }, HeldOutShare = 0.1 },
        Training = new()
        {
            Steps = 20, Batch = 4, Sequence = 16, LearningRate = 5e-3, Warmup = 5, Dropout = 0.1, EvaluateEvery = 8,
            EvaluateTokens = 256,
            CheckpointEvery = 1000, Precision = "float32",
        },
    };

    /// <summary>Two layers of fast weights with all that such a layer can have.</summary>
    private static ModelSettings FastWeights(string rule) => new()
    {
        Family = "loci", Layers = 2, Width = 24, Heads = 2, Cells = 40, Context = 20, Norm = "rms_norm",
        Positions = "none",
        Attention = JsonNode.Parse($$"""
            { "rule": "{{rule}}", "map": "silu", "normalization": "l2", "convolution": 3, "silu_values": true, "output_norm": true, "output_gate": true }
            """),
    };

    public static TrainingConfig With(this TrainingConfig config, Func<ScheduleSettings, ScheduleSettings> change) =>
        config with { Training = change(config.Training) };
}
