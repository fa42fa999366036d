using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Loci.Models;
using Loci.Checkpoints;
using Loci.Torch.Networks;

namespace Loci.Torch.Runs;

/// <summary>Writes what a training leaves: the model's directory, its losses, and how it was made.</summary>
public static class TrainedModel
{
    /// <summary>Name of the file that says how it was trained.</summary>
    public const string Record = "training.json";

    /// <summary>Writes the model with its tokenizer and the record of the training.</summary>
    public static void Write(TrainingConfig config, TrainingText text, Trainer trainer, TimeSpan duration)
    {
        string folder = config.Out;
        var type = config.Training.Precision == "float32" ? TensorType.Float32 : TensorType.Float16;
        ModelDirectory.Write(folder, WeightExchange.FromTorch(trainer.Network), type);
        text.Tokenizer.Save(folder);
        AtomicFile.Write(Path.Combine(folder, "loss.csv"), Encoding.UTF8.GetBytes(trainer.Curve.Csv()));
        AtomicFile.Write(Path.Combine(folder, Record),
            Encoding.UTF8.GetBytes(Describe(config, text, trainer, duration)
                .ToJsonString(new() { WriteIndented = true }) + "\n"));
    }

    private static JsonObject Describe(TrainingConfig config, TrainingText text, Trainer trainer, TimeSpan duration)
    {
        var held = trainer.Curve.HeldOut[^1];
        return new()
        {
            ["config"] = JsonNode.Parse(ConfigFile.Write(config)),
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["loci"] = LociVersion.Current,
            ["torch_sharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3),
            ["threads"] = TorchSharp.torch.get_num_threads(),
            ["parameters"] = trainer.Network.Parameters.Count,
            ["vocabulary"] = trainer.Network.Spec.Vocabulary,
            ["text_sha256"] = text.Hash,
            ["training_tokens"] = text.Training.Length,
            ["held_out_tokens"] = text.HeldOut.Length,
            ["steps"] = trainer.Step,
            ["tokens_seen"] = trainer.Step * trainer.TokensOfStep,
            ["seconds_since_last_start"] = Math.Round(duration.TotalSeconds),
            ["tokens_per_second"] = Rate(trainer.TokensPerSecond),
            ["tokens_per_processor_second"] = Rate(trainer.TokensPerProcessorSecond),
            ["final_loss"] = trainer.Curve.Training[^1],
            ["final_held_out_loss"] = held.Loss,
            ["final_held_out_accuracy"] = held.Accuracy,
        };
    }

    // None where a finished training was only written anew.
    private static JsonNode? Rate(double rate) => double.IsFinite(rate) ? Math.Round(rate, 1) : null;
}
