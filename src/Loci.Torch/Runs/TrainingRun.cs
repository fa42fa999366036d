using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loci.Torch.Runs;

/// <summary>One training, from its config to the model's folder: begun, or taken up at its checkpoint.</summary>
public static class TrainingRun
{
    /// <summary>Asks all that can be asked without the text.</summary>
    /// <exception cref="LociException">A setting makes no sense, or the folder holds a trained model
    /// already.</exception>
    public static void Check(TrainingConfig config)
    {
        ConfigChecks.Check(config);
        SpecOfSettings.Create(config.Model, config.Tokenizer.Vocabulary, 0);
        if (File.Exists(Record(config)))
            throw new LociException($"{config.Out} holds a trained model; delete the folder to train it again.");
    }

    /// <summary>Trains to the end and writes the model; a checkpoint stays until all of it is written.</summary>
    /// <param name="config">Checked.</param>
    /// <param name="text">Of this config.</param>
    /// <param name="begun">Told once, when the checkpoint is read.</param>
    /// <param name="shown">Told of every step.</param>
    /// <param name="written">Told when the model is written, for what belongs beside it; the checkpoint is still
    /// there.</param>
    /// <param name="cancellation">Ends after the step under way, with a checkpoint.</param>
    /// <returns>False when it was asked to stop.</returns>
    public static bool Train(
        TrainingConfig config, TrainingText text, Action<Trainer>? begun, Action<Trainer, TrainingProgress> shown,
        Action<Trainer>? written, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(config.Out);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{config.Out} cannot be made: {e.Message}", e);
        }
        string checkpoint = Path.Combine(config.Out, TrainingCheckpoint.FileName);
        using var trainer = new Trainer(config, text);
        if (File.Exists(checkpoint)) trainer.Load(checkpoint);
        begun?.Invoke(trainer);
        var clock = Stopwatch.StartNew();
        if (!trainer.Run(checkpoint, new ImmediateProgress<TrainingProgress>(at => shown(trainer, at)), cancellation))
            return false;
        try
        {
            TrainedModel.Write(config, text, trainer, clock.Elapsed);
            written?.Invoke(trainer);
        }
        catch (IOException e)
        {
            throw new LociException(
                $"{config.Out}: the model cannot be written: {e.Message}. The checkpoint is kept: the same command "
                + $"goes on from there.", e);
        }
        File.Delete(checkpoint);
        return true;
    }

    /// <summary>What a finished training wrote of itself; null where there is none.</summary>
    /// <exception cref="LociException">The folder holds a training of other settings or of another text.</exception>
    public static JsonObject? Finished(TrainingConfig config, string textHash)
    {
        string path = Record(config);
        JsonObject? record;
        try
        {
            if (!File.Exists(path)) return null;
            record = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new InvalidFileException(path, $"cannot be read: {e.Message}", inner: e);
        }
        bool same = record?["config"] is { } of && JsonNode.DeepEquals(of, JsonNode.Parse(ConfigFile.Write(config)))
            && record["text_sha256"]?.GetValueKind() == JsonValueKind.String
            && record["text_sha256"]!.GetValue<string>() == textHash;
        return same
            ? record
            : throw new LociException(
                $"{config.Out} holds a training of other settings or of another text; delete the folder, or name "
                + $"another one.");
    }

    private static string Record(TrainingConfig config) => Path.Combine(config.Out, TrainedModel.Record);
}
