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
        if (!File.Exists(path)) return rows;
        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header) throw new InvalidDataException($"{path} does not begin with «{Header}»");
        for (int i = 1; i < lines.Length; i++)
        {
            string[] f = lines[i].Split(',');
            if (f.Length != 8 || !int.TryParse(f[2], out int symbols) || !int.TryParse(f[3], out int seed)
                || !Number(f[4], out double loss) || !int.TryParse(f[5], out int steps) || !Number(f[6], out double seconds))
            {
                // Cut off in the middle of writing: this training is run again.
                if (i == lines.Length - 1) break;
                throw new InvalidDataException($"{path}, line {i + 1}: «{lines[i]}» is no result");
            }
            rows.Add(new(f[0], f[1], symbols, seed, loss, steps, seconds, Number(f[7], out double authors) ? authors : double.NaN));
        }
        return rows;
    }

    public static void Append(string path, LabRow row)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Lab},{row.Model},{row.Symbols},{row.Seed},{row.Loss:g5},{row.Steps},{row.Seconds:0.0},{(double.IsNaN(row.Authors) ? "" : $"{row.Authors:0.####}")}\n");
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None);
                if (file.Length == 0) file.Write(System.Text.Encoding.ASCII.GetBytes(Header + "\n"));
                file.Write(System.Text.Encoding.ASCII.GetBytes(line));
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                Thread.Sleep(50); // the other job is writing
            }
        }
    }

    private static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
