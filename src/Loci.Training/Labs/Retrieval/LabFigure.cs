using System.Globalization;
using ScottPlot;

namespace Loci.Training.Labs.Retrieval;

/// <summary>Loss against S, one line per model, as the paper draws it: ours with lines, the authors' as open circles, the floor dotted.</summary>
internal static class LabFigure
{
    private const int Width = 900, Height = 560;

    public static void Save(string stem, string title, IReadOnlyList<LabRow> rows)
    {
        using var plot = new Plot();
        plot.Title(rows.Any(row => !double.IsNaN(row.Floor)) ? $"{title} (circles: the authors'; dotted: nothing can be below)" : $"{title} (circles: the authors')");
        plot.XLabel("number of unique keys S");
        plot.YLabel("loss ½‖v* − v̂‖²");
        var colors = new ScottPlot.Palettes.Category10();
        int index = 0;
        foreach (var model in rows.GroupBy(row => row.Model))
        {
            Color color = colors.GetColor(index++);
            var points = model.GroupBy(row => row.Symbols).OrderBy(group => group.Key).ToArray();
            var line = plot.Add.Scatter(
                points.Select(p => (double)p.Key).ToArray(), points.Select(p => p.Average(row => row.Loss)).ToArray(), color);
            line.LegendText = model.Key;
            line.LineWidth = 2;
            var authors = points.Where(p => !double.IsNaN(p.First().Authors)).ToArray();
            if (authors.Length > 0)
            {
                var marks = plot.Add.ScatterPoints(
                    authors.Select(p => (double)p.Key).ToArray(), authors.Select(p => p.First().Authors).ToArray(), color);
                marks.MarkerShape = MarkerShape.OpenCircle;
                marks.MarkerSize = 12;
            }
            if (points.Any(p => !double.IsNaN(p.First().Floor))) Floor(plot, LabModel.Parse(model.Key, "dpfp-1"), points[0].Key, points[^1].Key, color);
        }
        plot.ShowLegend(Alignment.UpperLeft);
        plot.Axes.SetLimitsY(-0.02, Math.Max(0.15, rows.Where(row => row.Loss < 2).Select(row => row.Loss).DefaultIfEmpty(0).Max() * 1.15));
        plot.SavePng(stem + ".png", Width, Height);
        plot.SaveSvg(stem + ".svg", Width, Height);
    }

    private static void Floor(Plot plot, LabModel model, int first, int last, Color color)
    {
        double[] sizes = [.. Enumerable.Range(first, last - first + 1).Select(size => (double)size)];
        var line = plot.Add.Scatter(sizes, sizes.Select(size => CapacityFloor.Of(model, (int)size)).ToArray(), color);
        (line.MarkerSize, line.LineWidth, line.LinePattern) = (0, 1.5f, LinePattern.Dotted);
    }

    /// <summary>The losses as a table with a bar for each, and the authors' beside them.</summary>
    public static void Sketch(TextWriter output, IReadOnlyList<LabRow> rows)
    {
        const int Bar = 30;
        foreach (var model in rows.GroupBy(row => row.Model))
        {
            output.WriteLine(
                LabModel.Parse(model.Key, "dpfp-1").Features is { } features ? $"{model.Key}  (d_dot {features})" : model.Key);
            foreach (var point in model.GroupBy(row => row.Symbols).OrderBy(group => group.Key))
            {
                double loss = point.Average(row => row.Loss);
                string bar = new('█', (int)Math.Clamp(Math.Round(loss / 0.5 * Bar), 0, Bar));
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  S {point.Key,4} {loss,8:0.0000} {bar,-Bar} {Named("floor", point.First().Floor),-13} {Named("authors", point.First().Authors)}").TrimEnd());
            }
        }
    }

    private static string Named(string name, double loss) => double.IsNaN(loss) ? "" : string.Create(CultureInfo.InvariantCulture, $"{name} {loss:0.0000}");
}
