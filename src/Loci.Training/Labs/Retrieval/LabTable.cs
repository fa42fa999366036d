using System.Globalization;

namespace Loci.Training.Labs.Retrieval;

/// <summary>One training of the laboratory.</summary>
/// <param name="Lab">capacity, update-rules.</param>
/// <param name="Protocol">How it was trained: results of another protocol are others.</param>
/// <param name="Model">As typed.</param>
/// <param name="Symbols">S.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Loss">Best evaluation loss.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Seconds">Time.</param>
/// <param name="Floor">What no training can go below, NaN where none is known.</param>
/// <param name="Authors">The authors' loss, NaN where the reference has none.</param>
internal sealed record LabRow(
    string Lab, string Protocol, string Model, int Symbols, int Seed, double Loss, int Steps, double Seconds,
    double Floor, double Authors)
{
    /// <summary>What is not trained a second time.</summary>
    public (string, string, string, int, int) Training => (Lab, Protocol, Model, Symbols, Seed);
}

/// <summary>The results as a CSV file that grows by a line per training; what is in it is not run again.</summary>
internal static class LabTable
{
    private const string Header = "lab,protocol,model,s,seed,loss,steps,seconds,floor,authors";

    /// <exception cref="InvalidDataException">The file is no table of the laboratory.</exception>
    public static List<LabRow> Read(string path)
    {
        List<LabRow> rows = [];
        foreach (var (number, f) in GrowingCsv.Read(path, Header))
        {
            if (!int.TryParse(f[3], out int symbols) || !int.TryParse(f[4], out int seed)
                || !GrowingCsv.Number(f[5], out double loss)
                || !int.TryParse(f[6], out int steps) || !GrowingCsv.Number(f[7], out double seconds))
                throw new InvalidDataException($"{path}, line {number}: «{string.Join(',', f)}» is no result");
            rows.Add(new(f[0], f[1], f[2], symbols, seed, loss, steps, seconds, OrNone(f[8]), OrNone(f[9])));
        }
        return rows;
    }

    public static void Append(string path, LabRow row) => GrowingCsv.Append(path, Header, string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Lab},{row.Protocol},{row.Model},{row.Symbols},{row.Seed},{row.Loss:g5},"
        + $"{row.Steps},{row.Seconds:0.0},{OrNothing(row.Floor)},{OrNothing(row.Authors)}"));

    private static double OrNone(string text) => GrowingCsv.Number(text, out double number) ? number : double.NaN;

    private static string OrNothing(double number) =>
        double.IsNaN(number) ? "" : number.ToString("0.####", CultureInfo.InvariantCulture);
}
