using System.Diagnostics;
using System.Globalization;

namespace Loci.Training.Labs;

/// <summary>What to train: every model at every S with every seed.</summary>
internal sealed record RetrievalPlan(string Lab, int Writes, IReadOnlyList<(string Model, int Symbols, int Seed)> Trainings, RetrievalBudget Budget);

/// <summary>Runs a plan over several processes, each on one core, and draws what came out.</summary>
internal static class RetrievalLab
{
    /// <param name="plan">What to train.</param>
    /// <param name="stem">Path of the results without extension.</param>
    /// <param name="part">Which share of the trainings is this process's: the trainings number part, part + jobs, ….</param>
    /// <param name="jobs">Processes.</param>
    /// <param name="again">The command line that starts this program for another part, for the first process; else null.</param>
    public static int Run(RetrievalPlan plan, string stem, int part, int jobs, Func<int, ProcessStartInfo>? again)
    {
        string table = stem + ".csv";
        if (Path.GetDirectoryName(Path.GetFullPath(table)) is { } folder) Directory.CreateDirectory(folder);
        var done = LabTable.Read(table).Select(row => (row.Lab, row.Model, row.Symbols, row.Seed)).ToHashSet();
        List<Process> others = [];
        if (again is not null)
            for (int other = 1; other < jobs; other++) others.Add(Process.Start(again(other))!);
        for (int i = part; i < plan.Trainings.Count; i += jobs)
        {
            var (name, symbols, seed) = plan.Trainings[i];
            if (done.Contains((plan.Lab, name, symbols, seed))) continue;
            RetrievalResult result = RetrievalRun.Train(LabModel.Parse(name, "dpfp-1"), symbols, plan.Writes, seed, plan.Budget);
            double authors = plan.Writes == 0 ? AuthorsResults.Capacity(name, symbols) : AuthorsResults.Rules(name, symbols);
            LabTable.Append(table, new(plan.Lab, name, symbols, seed, result.Best, result.Steps, result.Seconds, authors));
            Curve(stem, name, symbols, seed, result);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name} S {symbols} seed {seed}: {result.Best:0.0000} after {result.Steps} steps, {result.Seconds:0} s"));
        }
        if (again is null) return 0;
        foreach (Process other in others) other.WaitForExit();
        if (others.Any(other => other.ExitCode != 0)) return 1;

        LabRow[] rows = [.. LabTable.Read(table).Where(row => plan.Trainings.Contains((row.Model, row.Symbols, row.Seed)))
            .OrderBy(row => plan.Trainings.ToList().FindIndex(t => t.Model == row.Model))];
        LabFigure.Sketch(Console.Out, rows);
        LabFigure.Save(stem, plan.Writes == 0 ? "Retrieval of S random pairs" : "Retrieval with keys written again", rows, bounds: plan.Writes == 0);
        Console.WriteLine($"written: {table}, {stem}.svg, {stem}.png");
        return 0;
    }

    // The learning curve, a file for each training.
    private static void Curve(string stem, string model, int symbols, int seed, RetrievalResult result)
    {
        string folder = stem + "-curves";
        Directory.CreateDirectory(folder);
        File.WriteAllLines(
            Path.Combine(folder, $"{model.Replace('/', '_')}-{symbols}-{seed}.csv"),
            ["step,loss", .. result.Curve.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Step},{point.Loss:g5}"))]);
    }
}
