using System.Globalization;

namespace Loci.Training.Labs;

/// <summary>One training of the laboratory.</summary>
/// <param name="Lab">capacity, update-rules.</param>
/// <param name="Model">As typed.</param>
/// <param name="Symbols">S.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Loss">Best evaluation loss.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Seconds">Time.</param>
/// <param name="Authors">The authors' loss, NaN where the reference has none.</param>
internal sealed record LabRow(string Lab, string Model, int Symbols, int Seed, double Loss, int Steps, double Seconds, double Authors);

/// <summary>The results as a CSV file that grows by a line per training; what is in it is not run again.</summary>
internal static class LabTable
{
    private const string Header = "lab,model,s,seed,loss,steps,seconds,authors";

    public static List<LabRow> Read(string path)
    {
        List<LabRow> rows = [];
        foreach (var (number, f) in GrowingCsv.Read(path, Header))
        {
            if (!int.TryParse(f[2], out int symbols) || !int.TryParse(f[3], out int seed) || !GrowingCsv.Number(f[4], out double loss)
                || !int.TryParse(f[5], out int steps) || !GrowingCsv.Number(f[6], out double seconds))
                throw new InvalidDataException($"{path}, line {number}: «{string.Join(',', f)}» is no result");
            rows.Add(new(f[0], f[1], symbols, seed, loss, steps, seconds, GrowingCsv.Number(f[7], out double authors) ? authors : double.NaN));
        }
        return rows;
    }

    public static void Append(string path, LabRow row) => GrowingCsv.Append(path, Header, string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Lab},{row.Model},{row.Symbols},{row.Seed},{row.Loss:g5},{row.Steps},{row.Seconds:0.0},{(double.IsNaN(row.Authors) ? "" : $"{row.Authors:0.####}")}"));
}
