using System.Globalization;

namespace Loci.Training.Labs.Recall;

/// <summary>One training on a recall task.</summary>
/// <param name="Setting">The task.</param>
/// <param name="Model">By name.</param>
/// <param name="Seed">Seed.</param>
/// <param name="MostSteps">Where it would have been ended.</param>
/// <param name="Accuracy">Share of right answers at the end.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Reached">Steps until 99 % of the answers were right, null if they never were.</param>
/// <param name="Parameters">Of the network.</param>
/// <param name="Seconds">Time.</param>
internal sealed record RecallRow(
    RecallSetting Setting, string Model, int Seed, int MostSteps, double Accuracy, int Steps, int? Reached,
    long Parameters, double Seconds)
{
    /// <summary>What is not trained a second time.</summary>
    public (RecallSetting, string, int, int) Training => (Setting, Model, Seed, MostSteps);
}

/// <summary>
/// The results as a CSV file that grows by a line per training, each with its learning curve in a file of its own.
/// </summary>
internal static class RecallTable
{
    private const string Header =
        "task,vocabulary,pairs,length,layers,model,seed,most_steps,accuracy,steps,steps_to_99,parameters,seconds";
    private const string CurveHeader = "step,accuracy";

    /// <exception cref="InvalidDataException">The file is no table of recall results.</exception>
    public static List<RecallRow> Read(string stem)
    {
        List<RecallRow> rows = [];
        foreach (var (number, f) in GrowingCsv.Read(stem + ".csv", Header))
        {
            if (!int.TryParse(f[1], out int vocabulary) || !int.TryParse(f[2], out int pairs)
                || !int.TryParse(f[3], out int length)
                || !int.TryParse(f[4], out int layers) || !int.TryParse(f[6], out int seed)
                || !int.TryParse(f[7], out int most)
                || !GrowingCsv.Number(f[8], out double accuracy) || !int.TryParse(f[9], out int steps)
                || !long.TryParse(f[11], out long parameters)
                || !GrowingCsv.Number(f[12], out double seconds))
                throw new InvalidDataException($"{stem}.csv, line {number}: «{string.Join(',', f)}» is no result");
            rows.Add(new(
                new(f[0], vocabulary, pairs, length, layers), MqarModels.Today(f[5]), seed, most, accuracy, steps,
                int.TryParse(f[10], out int reached) ? reached : null,
                parameters, seconds));
        }
        return rows;
    }

    /// <summary>The curve first: a training counts as finished when its line is there.</summary>
    public static void Append(string stem, RecallRow row, IReadOnlyList<(int Step, double Accuracy)> curve)
    {
        string path = CurvePath(stem, row);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path,
            [CurveHeader, .. curve.Select(
                point => string.Create(CultureInfo.InvariantCulture, $"{point.Step},{point.Accuracy:0.0000}"))]);
        var s = row.Setting;
        GrowingCsv.Append(stem + ".csv", Header, string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Task},{s.Vocabulary},{s.Pairs},{s.Length},{s.Layers},{row.Model},{row.Seed},"
            + $"{row.MostSteps},{row.Accuracy:0.0000},{row.Steps},{row.Reached},{row.Parameters},{row.Seconds:0.0}"));
    }

    /// <summary>The learning curve of a training; empty where its file is gone.</summary>
    public static IReadOnlyList<(int Step, double Accuracy)> Curve(string stem, RecallRow row) =>
        [.. new[] { row.Model, MqarModels.Before(row.Model) }
            .Select(name => GrowingCsv.Read(CurvePath(stem, row with { Model = name }), CurveHeader).ToArray())
            .FirstOrDefault(lines => lines.Length > 0, [])
            .Select(line => (int.Parse(line.Fields[0]), double.Parse(line.Fields[1], CultureInfo.InvariantCulture)))];

    private static string CurvePath(string stem, RecallRow row) =>
        Path.Combine(stem + "-curves",
            $"{row.Setting.Task}-{row.Setting.Pairs}-{row.Setting.Length}-{row.Model}-{row.Seed}-{row.MostSteps}.csv");
}
