using ScottPlot;

namespace Loci.Training.Labs.Language;

/// <summary>Loss against position on a logarithmic axis: carried with its interval, and emptied every segment dashed.</summary>
internal static class CarryOverFigure
{
    private const int Width = 1000, Height = 600;

    public static void Save(string stem, string title, CarryOverTable table)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("position in the text, tokens");
        plot.YLabel("nats a token");
        var palette = new ScottPlot.Palettes.Category10();
        double last = 0;
        foreach (var (model, i) in table.Models.Select((model, i) => (model, i)))
        {
            Color color = palette.GetColor(i);
            Line(table.Curve(model, PositionLoss.Carried), model.Name, color, carried: true);
            if (model.IsFast) Line(table.Curve(model, PositionLoss.Reset), $"{model.Name}, emptied every {CarryOver.Segment}", color.WithAlpha(0.6), carried: false);
        }
        double[] ticks = [.. Enumerable.Range(3, 20).Select(power => (double)(1 << power)).TakeWhile(tick => tick <= last * 1.5)];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(Math.Log2)], [.. ticks.Select(tick => tick.ToString("0", System.Globalization.CultureInfo.InvariantCulture))]);
        plot.ShowLegend(Edge.Right);
        plot.SavePng(stem + ".png", Width, Height);
        plot.SaveSvg(stem + ".svg", Width, Height);

        void Line(IReadOnlyList<(int From, int To, Interval Loss)> curve, string name, Color color, bool carried)
        {
            var points = curve.Where(point => double.IsFinite(point.Loss.Mean)).ToArray();
            double[] x = [.. points.Select(point => Math.Log2((point.From + point.To) / 2.0))], y = [.. points.Select(point => point.Loss.Mean)];
            last = points.Select(point => (double)point.To).Append(last).Max();
            var line = plot.Add.Scatter(x, y, color);
            line.LegendText = name;
            line.LinePattern = carried ? LinePattern.Solid : LinePattern.Dashed;
            line.LineWidth = 2;
            line.MarkerSize = carried ? 5 : 0;
            if (!carried || points.Any(point => double.IsNaN(point.Loss.Half))) return;
            var band = plot.Add.FillY(x, [.. points.Select(point => point.Loss.Low)], [.. points.Select(point => point.Loss.High)]);
            band.FillColor = color.WithAlpha(0.15);
            band.LineWidth = 0;
        }
    }
}
