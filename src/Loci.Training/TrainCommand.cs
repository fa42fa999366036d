using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Loci.Cli;
using Loci.Training.Runs;
using static TorchSharp.torch;

namespace Loci.Training;

/// <summary><c>loci-train CONFIG.json</c>: trains a language model, and goes on where it was stopped.</summary>
internal static class TrainCommand
{
    /// <summary>Makes a command train the config it is given.</summary>
    public static void Fit(Command command)
    {
        var path = new Argument<string?>("CONFIG") { Description = "A training, as docs/training.md describes it.", Arity = ArgumentArity.ZeroOrOne };
        var quiet = new Option<bool>("--quiet") { Description = "Show no progress." };
        var json = new Option<bool>("--json") { Description = "Write what came out as JSON." };
        command.Add(path);
        command.Add(quiet);
        command.Add(json);
        command.SetAction((parsed, cancellation) => Task.FromResult(
            Run(parsed.GetValue(path) ?? throw new UsageException("Name the config of a training; --help shows examples."),
                parsed.GetValue(quiet), parsed.GetValue(json), cancellation)));
        command.WithExamples("loci-train demo.json", "loci-train demo.json --quiet --json", "loci-train lab capacity --quick");
    }

    private static int Run(string path, bool quiet, bool json, CancellationToken cancellation)
    {
        var config = ConfigFile.Read(path);
        ConfigChecks.Check(config);
        SpecOfSettings.Create(config.Model, config.Tokenizer.Vocabulary, 0);
        string record = Path.Combine(config.Out, TrainedModel.Record), checkpoint = Path.Combine(config.Out, TrainingCheckpoint.FileName);
        if (File.Exists(record)) throw new LociException($"{config.Out} holds a trained model; delete the folder to train it again.");
        try
        {
            Directory.CreateDirectory(config.Out);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{config.Out} cannot be made: {e.Message}", e);
        }

        set_num_threads(Environment.ProcessorCount);
        TorchMemory.KeepFreed();
        var text = TrainingText.Prepare(config);
        using var trainer = new Trainer(config, text);
        if (File.Exists(checkpoint)) trainer.Load(checkpoint);
        if (!quiet) Introduce(trainer, text);
        var clock = Stopwatch.StartNew();
        if (!Train(trainer, checkpoint, quiet, cancellation))
        {
            Console.Error.WriteLine($"Stopped after step {trainer.Step}; the same command goes on from there.");
            return 1;
        }
        TrainedModel.Write(config, text, trainer, clock.Elapsed);
        File.Delete(checkpoint);
        Conclude(config, trainer, json);
        return 0;
    }

    private static bool Train(Trainer trainer, string checkpoint, bool quiet, CancellationToken cancellation)
    {
        using var line = quiet ? null : new ProgressLine();
        return trainer.Run(checkpoint, progress => line?.Show(Text(progress, trainer.TokensOfStep), progress.Step == progress.Steps), cancellation);
    }

    private static string Text(TrainingProgress progress, long tokensOfStep) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {progress.Step}/{progress.Steps}  loss {progress.Loss:0.000}  held out {progress.HeldOut:0.000}  {progress.TokensPerSecond:#,0} tokens/s  {progress.Left(tokensOfStep):hh\\:mm\\:ss} left");

    private static void Introduce(Trainer trainer, TrainingText text) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{trainer.Network.Parameters.Count:#,0} parameters, vocabulary {trainer.Network.Spec.Vocabulary:#,0}; {text.Training.Length:#,0} tokens to learn from, {text.HeldOut.Length:#,0} held out; {trainer.Steps:#,0} steps of {trainer.TokensOfStep:#,0} tokens{(trainer.Step > 0 ? $", {trainer.Step:#,0} of them taken" : "")}"));

    private static void Conclude(TrainingConfig config, Trainer trainer, bool json)
    {
        var held = trainer.Curve.HeldOut[^1];
        if (json)
        {
            Console.WriteLine(new JsonObject
            {
                ["out"] = config.Out, ["steps"] = trainer.Step, ["loss"] = trainer.Curve.Training[^1],
                ["held_out_loss"] = held.Loss, ["held_out_accuracy"] = held.Accuracy,
            }.ToJsonString());
            return;
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{config.Out}: held-out loss {held.Loss:0.0000}, {held.Accuracy:0.0%} of next tokens right; loss.csv, loss.svg and loss.png show the way there"));
    }
}
