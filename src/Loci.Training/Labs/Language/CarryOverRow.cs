using System.Globalization;
using System.Text;
using Loci.Memory.Numerics;

namespace Loci.Training.Labs.Language;

/// <summary>Mean loss of a model in a range of positions.</summary>
/// <param name="Model">By name.</param>
/// <param name="Memory"><see cref="PositionLoss.Carried"/> or <see cref="PositionLoss.Reset"/>.</param>
/// <param name="From">First position.</param>
/// <param name="To">One after the last.</param>
/// <param name="Loss">Nats a token, with the interval over the streams.</param>
internal sealed record CarryOverRow(string Model, string Memory, int From, int To, Interval Loss)
{
    public const string Header = "model,memory,from,to,loss,low,high,streams";

    public static string Csv(IEnumerable<CarryOverRow> rows)
    {
        var csv = new StringBuilder(Header + "\n");
        foreach (var (model, memory, from, to, loss) in rows)
        {
            string interval = double.IsNaN(loss.Half)
                ? ","
                : string.Create(CultureInfo.InvariantCulture, $"{loss.Low:R},{loss.High:R}");
            csv.Append(CultureInfo.InvariantCulture,
                $"{model},{memory},{from},{to},{loss.Mean:R},{interval},{loss.Count}\n");
        }
        return csv.ToString();
    }

    /// <summary>What <see cref="Csv"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A line is something else.</exception>
    public static IReadOnlyList<CarryOverRow> Read(string path)
    {
        List<CarryOverRow> rows = [];
        foreach (var (number, f) in GrowingCsv.Read(path, Header))
        {
            if (!int.TryParse(f[2], out int from) || !int.TryParse(f[3], out int to)
                || !GrowingCsv.Number(f[4], out double loss)
                || !int.TryParse(f[7], out int streams))
                throw new InvalidDataException($"{path}, line {number}: «{string.Join(',', f)}» is no loss");
            double half = GrowingCsv.Number(f[5], out double low) && GrowingCsv.Number(f[6], out double high)
                ? (high - low) / 2
                : double.NaN;
            rows.Add(new(LanguageModel.Today(f[0]), f[1], from, to, new(loss, half, streams)));
        }
        return rows;
    }
}
