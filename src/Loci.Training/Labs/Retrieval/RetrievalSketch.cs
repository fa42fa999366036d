using System.Globalization;

namespace Loci.Training.Labs.Retrieval;

/// <summary>The losses as lines of text, with a bar for each, and the authors' beside them.</summary>
internal static class RetrievalSketch
{
    private const int Bar = 30;

    public static void Write(TextWriter output, IReadOnlyList<LabRow> rows)
    {
        foreach (var model in rows.GroupBy(row => row.Model))
        {
            output.WriteLine(LabModel.Parse(model.Key, "dpfp-1").Features is { } features
                ? $"{model.Key}  (d_dot {features})"
                : model.Key);
            foreach (var point in model.GroupBy(row => row.Symbols).OrderBy(group => group.Key))
            {
                double loss = point.Average(row => row.Loss);
                string bar = new('█', (int)Math.Clamp(Math.Round(loss / 0.5 * Bar), 0, Bar));
                string line = string.Create(
                    CultureInfo.InvariantCulture,
                    $"  S {point.Key,4} {loss,8:0.0000} {bar,-Bar} {Named("floor", point.First().Floor),-13} "
                    + $"{Named("authors", point.First().Authors)}");
                output.WriteLine(line.TrimEnd());
            }
        }
    }

    private static string Named(string name, double loss) =>
        double.IsNaN(loss) ? "" : string.Create(CultureInfo.InvariantCulture, $"{name} {loss:0.0000}");
}
