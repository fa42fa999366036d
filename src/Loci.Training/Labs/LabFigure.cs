using System.Globalization;
using ScottPlot;

namespace Loci.Training.Labs;

/// <summary>Loss against S, one line per model, as the paper draws it: ours with lines, the authors' as open circles.</summary>
internal static class LabFigure
{
    private const int Width = 900, Height = 560;

    public static void Save(string stem, string title, IReadOnlyList<LabRow> rows, bool bounds)
    {
        using var plot = new Plot();
        plot.Title(title);
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
            if (bounds && LabModel.Parse(model.Key, "dpfp-1").Features is { } features && features <= rows.Max(row => row.Symbols))
                plot.Add.VerticalLine(features, 1, color, LinePattern.Dotted);
        }
        plot.ShowLegend(Alignment.UpperLeft);
        plot.Axes.SetLimitsY(-0.02, Math.Max(0.55, rows.Where(row => row.Loss < 2).Select(row => row.Loss).DefaultIfEmpty(0).Max() * 1.05));
        plot.SavePng(stem + ".png", Width, Height);
        plot.SaveSvg(stem + ".svg", Width, Height);
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
                string authors = double.IsNaN(point.First().Authors) ? "" : string.Create(CultureInfo.InvariantCulture, $"authors {point.First().Authors:0.0000}");
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  S {point.Key,4} {loss,8:0.0000} {bar,-Bar} {authors}"));
            }
        }
    }
}
