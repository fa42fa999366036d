using System.Globalization;
using Loci.Reports;

namespace Loci.Training.Labs.Retrieval;

/// <summary>What to train: every model at every S with every seed.</summary>
/// <param name="Lab">capacity or update-rules.</param>
/// <param name="Protocol">What distinguishes these trainings from others of the same models, in the table.</param>
/// <param name="Writes">As in <see cref="RetrievalRun.Train"/>.</param>
/// <param name="Trainings">The grid.</param>
/// <param name="Budget">When each ends.</param>
internal sealed record RetrievalPlan(
    string Lab, string Protocol, (int Training, int Evaluation) Writes,
    IReadOnlyList<(string Model, int Symbols, int Seed)> Trainings, RetrievalBudget Budget)
{
    public bool IsCapacity => Writes.Training == 0;
}

/// <summary>Runs a plan over several processes, each on one core, and draws what came out.</summary>
internal static class RetrievalLab
{
    /// <param name="plan">What to train.</param>
    /// <param name="stem">Path of the results without extension.</param>
    /// <param name="part">As in <see cref="LabProcesses.Run"/>.</param>
    /// <param name="jobs">Processes.</param>
    /// <param name="cancellation">Ends after the step under way; finished trainings stay.</param>
    /// <returns>The exit code.</returns>
    public static int Run(RetrievalPlan plan, string stem, int part, int jobs, CancellationToken cancellation)
    {
        string table = stem + ".csv";
        if (Path.GetDirectoryName(Path.GetFullPath(table)) is { } folder) Directory.CreateDirectory(folder);
        var done = LabTable.Read(table).Select(row => row.Training).ToHashSet();
        bool well;
        try
        {
            well = LabProcesses.Run(
                plan.Trainings, part, jobs,
                one => done.Contains((plan.Lab, plan.Protocol, one.Model, one.Symbols, one.Seed)),
                one => Train(plan, stem, one, cancellation));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped; the same command goes on from there.");
            return 1;
        }
        if (part != 0) return 0;

        string[] models = [.. plan.Trainings.Select(training => training.Model).Distinct()];
        var wanted = plan.Trainings.ToHashSet();
        LabRow[] rows = [.. LabTable.Read(table)
            .Where(row => row.Lab == plan.Lab && row.Protocol == plan.Protocol
                && wanted.Contains((row.Model, row.Symbols, row.Seed)))
            .OrderBy(row => Array.IndexOf(models, row.Model))];
        RetrievalSketch.Write(Console.Out, rows);
        FigureFiles.Save(
            RetrievalFigure.Of(plan.IsCapacity ? "Retrieval of S random pairs" : "Retrieval with keys written again",
                rows), stem);
        Console.WriteLine($"written: {table}, {stem}.svg, {stem}.png");
        return well ? 0 : 1;
    }

    private static string Train(RetrievalPlan plan, string stem, (string Model, int Symbols, int Seed) training,
        CancellationToken cancellation)
    {
        var (name, symbols, seed) = training;
        var model = LabModel.Parse(name, "dpfp-1");
        RetrievalResult result = RetrievalRun.Train(model, symbols, plan.Writes, seed, plan.Budget, cancellation);
        Curve(stem, plan.Protocol, training, result);
        LabTable.Append(stem + ".csv", new(
            plan.Lab, plan.Protocol, name, symbols, seed, result.Best, result.Steps, result.Seconds,
            plan.IsCapacity ? CapacityFloor.Of(model, symbols) : double.NaN,
            plan.IsCapacity ? AuthorsResults.Capacity(name, symbols) : AuthorsResults.Rules(name, symbols)));
        return string.Create(CultureInfo.InvariantCulture,
            $"{name} S {symbols} seed {seed}: {result.Best:0.0000} after {result.Steps} steps, {result.Seconds:0} s");
    }

    // The learning curve, a file for each training.
    private static void Curve(string stem, string protocol, (string Model, int Symbols, int Seed) training,
        RetrievalResult result)
    {
        string folder = stem + "-curves", name = $"{training.Model}-{training.Symbols}-{training.Seed}-{protocol}.csv";
        Directory.CreateDirectory(folder);
        File.WriteAllLines(
            Path.Combine(folder, name.Replace('/', '_').Replace(' ', '-')),
            ["step,loss", .. result.Curve.Select(
                point => string.Create(CultureInfo.InvariantCulture, $"{point.Step},{point.Loss:g5}"))]);
    }
}
