using ScottPlot;

namespace Loci.Training.Labs.Recall;

/// <summary>Accuracy against steps, a colour for each model: the mean over the seeds thick, every seed thin.</summary>
internal static class RecallFigure
{
    private const int Width = 900, Height = 560;

    /// <param name="stem">Path without extension.</param>
    /// <param name="title">Above the figure.</param>
    /// <param name="models">Models in the order of the legend, with the curves of their seeds.</param>
    public static void Save(string stem, string title, IReadOnlyList<(string Model, IReadOnlyList<IReadOnlyList<(int Step, double Accuracy)>> Curves)> models)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("step");
        plot.YLabel("share of right answers");
        int[] steps = [.. models.SelectMany(model => model.Curves).SelectMany(curve => curve).Select(point => point.Step).Distinct().Order()];
        var colors = new ScottPlot.Palettes.Category10();
        for (int i = 0; i < models.Count; i++)
        {
            var (model, curves) = models[i];
            foreach (var curve in curves)
            {
                var thin = plot.Add.Scatter(curve.Select(p => (double)p.Step).ToArray(), curve.Select(p => p.Accuracy).ToArray(), colors.GetColor(i).WithAlpha(0.35));
                (thin.MarkerSize, thin.LineWidth) = (0, 1);
            }
            if (curves.Count == 0) continue;
            // A training that was right ended early, and would have stayed right.
            var mean = plot.Add.Scatter(
                steps.Select(step => (double)step).ToArray(), steps.Select(step => curves.Average(curve => At(curve, step))).ToArray(), colors.GetColor(i));
            (mean.MarkerSize, mean.LineWidth, mean.LegendText) = (0, 2, model);
            if (i >= 5) mean.LinePattern = LinePattern.Dashed; // nine colours are hard to tell apart
        }
        plot.ShowLegend(Alignment.LowerRight);
        plot.Axes.SetLimits(0, steps.LastOrDefault(1), 0, 1.02);
        plot.SavePng(stem + ".png", Width, Height);
        plot.SaveSvg(stem + ".svg", Width, Height);
    }

    private static double At(IReadOnlyList<(int Step, double Accuracy)> curve, int step) => curve.LastOrDefault(point => point.Step <= step, curve[0]).Accuracy;
}
