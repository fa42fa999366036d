using ScottPlot;

namespace Loci.Training.Labs.Language;

/// <summary>Perplexity of every model: the mean with its interval, and the seeds as small dots.</summary>
internal static class LanguageFigure
{
    private const int Width = 900, Height = 560;

    public static void Save(string stem, string title, IReadOnlyList<LabResult> results)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.YLabel("held-out perplexity");
        var models = results.GroupBy(result => result.Run.Model).ToArray();
        var palette = new ScottPlot.Palettes.Category10();
        for (int i = 0; i < models.Length; i++)
        {
            double[] values = [.. models[i].Select(result => result.Perplexity).Where(double.IsFinite)];
            if (values.Length == 0) continue;
            Color color = palette.GetColor(Kind(models[i].Key));
            if (values.Length > 1) foreach (double value in values) plot.Add.Marker(i + 0.18, value, MarkerShape.OpenCircle, 7, color);
            var interval = Interval.Of(values);
            plot.Add.Marker(i, interval.Mean, MarkerShape.FilledCircle, 11, color);
            if (double.IsNaN(interval.Half)) continue;
            var bar = plot.Add.ErrorBar([i], [interval.Mean], [interval.Half]);
            bar.Color = color;
            bar.LineWidth = 2;
        }
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, models.Length).Select(i => (double)i)], [.. models.Select(model => model.Key.Name)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = models.Length > 5 ? 20 : 0;
        if (models.Length > 5) plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        plot.Axes.Bottom.MinimumSize = models.Length > 5 ? 70 : 40;
        plot.Axes.Right.MinimumSize = 60;
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(-0.6, models.Length - 0.4);
        plot.SavePng(stem + ".png", Width, Height);
        plot.SaveSvg(stem + ".svg", Width, Height);
    }

    // Softmax, sum and delta by colour.
    private static int Kind(LanguageModel model) => !model.IsFast ? 7 : model.Name.Contains("sum", StringComparison.Ordinal) ? 1 : 0;
}
