using System.Globalization;
using Loci.Reports;

namespace Loci.Training.Labs.Recall;

/// <summary>What to train: every model on every task with every seed.</summary>
/// <param name="Settings">The tasks.</param>
/// <param name="Models">By name.</param>
/// <param name="Seeds">1 to this.</param>
/// <param name="Steps">Most steps of a training.</param>
internal sealed record RecallPlan(IReadOnlyList<RecallSetting> Settings, IReadOnlyList<string> Models, int Seeds,
    int Steps)
{
    public IEnumerable<(RecallSetting Setting, string Model, int Seed, int Steps)> Trainings =>
        from seed in Enumerable.Range(1,
            Seeds) from setting in Settings from model in Models select (setting, model, seed, Steps);
}

/// <summary>Runs a plan, leaves out what the table already holds, and shows what came out.</summary>
internal static class RecallLab
{
    /// <param name="plan">What to train.</param>
    /// <param name="stem">Path of the results without extension.</param>
    /// <param name="part">As in <see cref="LabProcesses.Run"/>.</param>
    /// <param name="jobs">Processes.</param>
    /// <param name="cancellation">Ends after the step under way; finished trainings stay.</param>
    /// <returns>The exit code.</returns>
    public static int Run(RecallPlan plan, string stem, int part, int jobs, CancellationToken cancellation)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(stem)) is { } folder) Directory.CreateDirectory(folder);
        var done = RecallTable.Read(stem).Select(row => row.Training).ToHashSet();
        bool well;
        try
        {
            well = LabProcesses.Run([.. plan.Trainings], part, jobs, done.Contains,
                training => Train(stem, training, cancellation));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped; the same command goes on from there.");
            return 1;
        }
        if (part != 0) return 0;
        var rows = RecallTable.Read(stem);
        foreach (var setting in plan.Settings) Show(plan, setting, stem, rows);
        Console.WriteLine(
            $"written: {stem}.csv, "
            + $"{string.Join(", ", plan.Settings.Select(setting => $"{stem}-{setting.Task}.svg and .png"))}");
        return well ? 0 : 1;
    }

    private static string Train(string stem, (RecallSetting Setting, string Model, int Seed, int Steps) training,
        CancellationToken cancellation)
    {
        var (setting, model, seed, steps) = training;
        var result = RecallRun.Train(setting.Spec(model), setting.Texts, MqarModels.LearningRate(model), seed, steps,
            cancellation);
        var (last, accuracy) = result.Curve[^1];
        int? reached = result.Curve.Where(point => point.Accuracy >= 0.99).Select(point => (int?)point.Step)
            .FirstOrDefault();
        RecallTable.Append(stem,
            new(setting, model, seed, steps, accuracy, last, reached, result.Parameters, result.Seconds), result.Curve);
        return string.Create(CultureInfo.InvariantCulture,
            $"{setting.Task} {model} seed {seed}: {accuracy:0.000} after {last} steps, {result.Seconds:0} s");
    }

    private static void Show(RecallPlan plan, RecallSetting setting, string stem, List<RecallRow> rows)
    {
        var trainings = plan.Trainings.ToHashSet();
        var byModel = rows.Where(row => row.Setting == setting && trainings.Contains(row.Training))
            .GroupBy(row => row.Model)
            .ToDictionary(group => group.Key, group => group.ToList());
        string[] models = [.. plan.Models.Where(byModel.ContainsKey)];
        Console.WriteLine($"{setting.Title}; at most {plan.Steps} steps");
        Console.WriteLine(
            $"  {"model",-21} {"accuracy",8}  {"95 % of the mean",-16} {"steps to 99 %",13}  {"seeds at 99 %",13} "
            + $"{"s each",7}");
        foreach (string model in models) Console.WriteLine($"  {Line(RecallSummary.Of(model, byModel[model]))}");
        var curves = models.Select(model => (model, (IReadOnlyList<IReadOnlyList<(int, double)>>)
            [.. byModel[model].Select(row => RecallTable.Curve(stem, row)).Where(curve => curve.Count > 0)]));
        FigureFiles.Save(RecallFigure.Of(setting.Title, [.. curves]), $"{stem}-{setting.Task}");
    }

    private static string Line(RecallSummary s)
    {
        string interval = double.IsNaN(s.Half) ? "one seed"
            : string.Create(CultureInfo.InvariantCulture,
                $"{Math.Max(0, s.Accuracy - s.Half):0.000} – {Math.Min(1, s.Accuracy + s.Half):0.000}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Model,-21} {s.Accuracy,8:0.000}  {interval,-16} {(s.Steps is { } steps ? $"{steps:0}" : "–"),13}  "
            + $"{$"{s.Reached} of {s.Seeds}",13} {s.Seconds,7:0}");
    }
}
