using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loci.Torch;
using Loci.Terminal;
using Loci.Torch.Runs;
using Loci.Training.Figures;
using static TorchSharp.torch;

namespace Loci.Training.Commands;

/// <summary><c>loci-train CONFIG.json</c>: trains a language model, and goes on where it was stopped.</summary>
internal static class TrainCommand
{
    /// <summary>Makes a command train the config it is given.</summary>
    public static void Fit(Command command)
    {
        var path = new Argument<string?>("CONFIG")
        {
            Description = "A training, as docs/training.md describes it.", Arity = ArgumentArity.ZeroOrOne,
        };
        var quiet = new Option<bool>("--quiet") { Description = "Show no progress." };
        var json = new Option<bool>("--json") { Description = "Write what came out as JSON." };
        command.Add(path);
        command.Add(quiet);
        command.Add(json);
        command.SetAction((parsed, cancellation) => Task.FromResult(
            Run(parsed.GetValue(path)
                ?? throw new UsageException("Name the config of a training; --help shows examples."),
                parsed.GetValue(quiet), parsed.GetValue(json), cancellation)));
        command.WithExamples("loci-train demo.json", "loci-train demo.json --quiet --json",
            "loci-train lab capacity --quick");
    }

    private static int Run(string path, bool quiet, bool json, CancellationToken cancellation)
    {
        var config = ConfigFile.Read(path);
        TrainingRun.Check(config);
        set_num_threads(config.Training.Threads > 0 ? config.Training.Threads : Environment.ProcessorCount);
        TorchMemory.KeepFreed();
        var text = TrainingText.Prepare(config);
        using var line = quiet ? null : new ProgressLine();
        long step = 0;
        (float Loss, float Accuracy) held = default;
        double loss = 0;
        (float Start, float End)? way = null;
        bool finished = TrainingRun.Train(
            config, text, trainer =>
            {
                step = trainer.Step;
                if (step > 0) (held, loss) = (Last(trainer), trainer.Curve.Training[^1]);
                if (!quiet) Introduce(trainer, text);
            },
            (trainer, progress) =>
            {
                (step, loss, held) = (progress.Step, progress.Loss, Last(trainer));
                line?.Show(Text(progress, trainer.TokensOfStep), progress.Step == progress.Steps);
            },
            trainer =>
            {
                way = trainer.Curve.Way;
                LossFigure.Save(Path.Combine(config.Out, "loss"), trainer.Curve);
            },
            cancellation);
        line?.Dispose();
        if (!finished)
        {
            Console.Error.WriteLine($"Stopped after step {step}; the same command goes on from there.");
            return 1;
        }
        Conclude(config, step, loss, held, json);
        if (way is not { } whole || !(whole.End > whole.Start)) return 0;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"error: nothing was learned: the held-out loss ended at {whole.End:0.0000}, above the "
            + $"{whole.Start:0.0000} it began with; try a lower learning_rate, a longer warmup or a smaller clip"));
        return 1;
    }

    private static (float Loss, float Accuracy) Last(Trainer trainer) =>
        trainer.Curve.HeldOut is [.., var point] ? (point.Loss, point.Accuracy) : (float.NaN, float.NaN);

    private static string Text(TrainingProgress progress, long tokensOfStep) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {progress.Step}/{progress.Steps}  loss {progress.Loss:0.000}  held out {progress.HeldOut:0.000}  "
        + $"{progress.TokensPerSecond:#,0} tokens/s  {progress.Left(tokensOfStep):hh\\:mm\\:ss} left");

    private static void Introduce(Trainer trainer, TrainingText text) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{trainer.Network.Parameters.Count:#,0} parameters, vocabulary {trainer.Network.Spec.Vocabulary:#,0}; "
        + $"{text.Training.Length:#,0} tokens to learn from, {text.HeldOut.Length:#,0} held out; {trainer.Steps:#,0} "
        + $"steps of {trainer.TokensOfStep:#,0} tokens"
        + $"{(trainer.Step > 0 ? $", {trainer.Step:#,0} of them taken" : "")}"));

    private static void Conclude(TrainingConfig config, long steps, double loss, (float Loss, float Accuracy) held,
        bool json)
    {
        if (json)
        {
            Console.WriteLine(new JsonObject
            {
                ["out"] = config.Out, ["steps"] = steps, ["loss"] = (float)loss, ["held_out_loss"] = held.Loss,
                ["held_out_accuracy"] = held.Accuracy,
            }.ToJsonString());
            return;
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{config.Out}: held-out loss {held.Loss:0.0000}, {held.Accuracy:0.0%} of next tokens right; loss.csv, "
            + $"loss.svg and loss.png show the way there"));
    }
}
