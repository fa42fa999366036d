using Loci.Torch.Runs;
using ScottPlot;

namespace Loci.Training.Figures;

/// <summary>Loss against steps: that of every step smoothed, and that of the held-out text.</summary>
internal static class LossFigure
{
    private const int Width = 900, Height = 560, Points = 400;

    public static void Save(string stem, LossCurve curve)
    {
        using var plot = new Plot();
        plot.Title("Loss");
        plot.XLabel("step");
        plot.YLabel("nats a token");
        int span = Math.Max(1, curve.Training.Count / Points);
        var means = curve.Training.Select((loss, i) => (loss, i)).GroupBy(point => point.i / span)
            .Select(group => (Step: group.Average(point => point.i + 1.0), Loss: group.Average(point => (double)point.loss))).ToArray();
        var line = plot.Add.Scatter(means.Select(point => point.Step).ToArray(), means.Select(point => point.Loss).ToArray());
        line.LegendText = "training";
        line.MarkerSize = 0;
        var held = plot.Add.Scatter(curve.HeldOut.Select(p => (double)p.Step).ToArray(), curve.HeldOut.Select(p => (double)p.Loss).ToArray());
        held.LegendText = "held out";
        held.LineWidth = 2;
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        plot.SavePng(stem + ".png", Width, Height);
        plot.SaveSvg(stem + ".svg", Width, Height);
    }
}
