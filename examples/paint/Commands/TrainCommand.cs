using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Loci.Terminal;
using Loci.Torch;
using Paint.Training;
using static TorchSharp.torch;

namespace Paint.Commands;

/// <summary><c>paint train</c></summary>
internal static class TrainCommand
{
    private const int SecondsBetweenSaves = 60, Reported = 200;

    public static Command Create()
    {
        var folder = new Option<string>("--out")
        {
            Description = "Folder of the training and its predictor", DefaultValueFactory = _ => "paint-training",
        };
        var iterations = new Option<int>("--iterations")
        {
            Description = "Steps of 32 patches", DefaultValueFactory = _ => 40_000,
        };
        var seed = new Option<int>("--seed") { Description = "Of all random numbers", DefaultValueFactory = _ => 1 };
        iterations.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--iterations must be at least 1.");
        });
        var command = new Command(
            "train", "Train the stroke predictor on random strokes; the same command goes on with what was interrupted")
        {
            folder, iterations, seed,
        };
        command.SetAction((result, cancel) => Task.FromResult(Run(
            result.GetRequiredValue(folder), new(result.GetValue(iterations), result.GetValue(seed)), cancel)));
        return command;
    }

    private static int Run(string folder, Recipe recipe, CancellationToken cancel)
    {
        set_num_threads(1);     // the tensors are small: a second thread costs more than it does
        TorchMemory.KeepFreed();
        Directory.CreateDirectory(folder);
        string state = Path.Combine(folder, "training.safetensors");
        string log = Path.Combine(folder, "losses.csv"), predictor = Path.Combine(folder, "strokes.safetensors");
        using var trainer = new StrokeTrainer(recipe);
        if (File.Exists(state))
        {
            var saved = TrainingFile.ReadRecipe(state);
            if (saved != recipe)
                throw new UsageException(
                    $"{folder} holds a training of {saved.Iterations} iterations with seed {saved.Seed}: give these, "
                    + "or another folder.");
            TrainingFile.Resume(trainer, state);
        }
        using var curve = LossLog.Open(log, trainer.Step);
        using var progress = new ProgressLine();
        var watch = Stopwatch.StartNew();
        var sinceSave = Stopwatch.StartNew();
        int first = trainer.Step;
        while (trainer.Step < recipe.Iterations && !cancel.IsCancellationRequested)
        {
            curve.Add(trainer.Step + 1, trainer.Advance());
            if (trainer.Step % Reported == 0) progress.Show(Text(trainer, curve, watch.Elapsed, trainer.Step - first));
            if (sinceSave.Elapsed.TotalSeconds < SecondsBetweenSaves) continue;
            TrainingFile.Save(trainer, state);
            curve.Flush();
            sinceSave.Restart();
        }
        TrainingFile.Save(trainer, state);
        TrainingFile.SavePredictor(trainer, predictor);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{trainer.Step:#,0} of {recipe.Iterations:#,0} iterations, loss {curve.Recent:0.000}: {predictor}"));
        return trainer.Step < recipe.Iterations ? 1 : 0;
    }

    private static string Text(StrokeTrainer trainer, LossLog curve, TimeSpan elapsed, int taken)
    {
        var left = elapsed / taken * (trainer.Recipe.Iterations - trainer.Step);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {trainer.Step}/{trainer.Recipe.Iterations}  loss {curve.Recent:0.000}  "
            + $"{taken / elapsed.TotalSeconds:0.0} steps/s  {left:hh\\:mm\\:ss} left");
    }
}
