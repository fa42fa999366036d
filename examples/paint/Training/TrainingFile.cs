using System.Globalization;
using Loci;
using Loci.Checkpoints;
using Paint.Model;
using static TorchSharp.torch;

namespace Paint.Training;

/// <summary>A training as a file, to go on from, and the predictor it has come to, to paint with.</summary>
internal static class TrainingFile
{
    private const string Values = "parameters", Means = "optimiser.means", Squares = "optimiser.squares";

    /// <summary>Writes all that the next step depends on; the file appears whole.</summary>
    public static void Save(StrokeTrainer trainer, string path)
    {
        var parameters = trainer.Network.Parameters;
        var statistics = trainer.Network.Statistics.ToArray();
        var metadata = new Dictionary<string, string>
        {
            ["step"] = Text(trainer.Step), ["iterations"] = Text(trainer.Recipe.Iterations),
            ["seed"] = Text(trainer.Recipe.Seed),
        };
        using var writer = new SafetensorsWriter(
            path,
            [
                Info(Values, parameters.Length), Info(Means, parameters.Length), Info(Squares, parameters.Length),
                .. statistics.Select(item => Info(item.Name, item.Values.shape)),
            ], metadata);
        writer.Append(Values, parameters.Values);
        writer.Append(Means, trainer.Optimiser.Means);
        writer.Append(Squares, trainer.Optimiser.Squares);
        foreach (var (name, values) in statistics) writer.Append(name, values.data<float>().ToArray());
        writer.Complete();
    }

    /// <summary>The recipe of a training that was saved.</summary>
    /// <exception cref="LociException">The file is not one of a training.</exception>
    public static Recipe ReadRecipe(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return new(Number(file, "iterations"), Number(file, "seed"));
    }

    /// <summary>Takes a training up where it was saved.</summary>
    /// <exception cref="LociException">The file is not one of such a training.</exception>
    public static void Resume(StrokeTrainer trainer, string path)
    {
        using var file = SafetensorsFile.Open(path);
        var parameters = trainer.Network.Parameters;
        file.ReadVector(Values, parameters.Length).CopyTo(parameters.Values);
        file.ReadVector(Means, parameters.Length).CopyTo(trainer.Optimiser.Means, 0);
        file.ReadVector(Squares, parameters.Length).CopyTo(trainer.Optimiser.Squares, 0);
        using (no_grad())
            foreach (var (name, values) in trainer.Network.Statistics)
            {
                using var stored = tensor(file.ReadVector(name, (int)values.shape[0]));
                values.copy_(stored);
            }
        trainer.Step = Number(file, "step");
    }

    /// <summary>Writes the predictor alone.</summary>
    public static void SavePredictor(StrokeTrainer trainer, string path)
    {
        var parameters = trainer.Network.Parameters.Parameters;
        var statistics = trainer.Network.Statistics.ToArray();
        using var writer = new SafetensorsWriter(
            path,
            [
                .. parameters.Select(parameter => Info(parameter.Name, parameter.Shape)),
                .. statistics.Select(item => Info(item.Name, item.Values.shape)),
            ],
            new Dictionary<string, string>
            {
                ["format"] = PredictorFile.Format, ["step"] = Text(trainer.Step),
                ["iterations"] = Text(trainer.Recipe.Iterations), ["seed"] = Text(trainer.Recipe.Seed),
            });
        foreach (var parameter in parameters)
            writer.Append(parameter.Name, parameter.Values.detach().data<float>().ToArray());
        foreach (var (name, values) in statistics) writer.Append(name, values.data<float>().ToArray());
        writer.Complete();
    }

    private static TensorInfo Info(string name, params long[] shape) => new(name, TensorType.Float32, [.. shape]);

    private static int Number(SafetensorsFile file, string name) =>
        file.Metadata.TryGetValue(name, out string? text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new LociException($"{file.Path} is not a training of strokes: its header has no number «{name}».");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
