using Loci.Memory.Numerics;
using Loci.Reports.Figures;

namespace Loci.Training.Labs.Language;

/// <summary>Perplexity of every model: the mean with its interval, and the seeds as small rings.</summary>
internal static class LanguageFigure
{
    private const int Sum = 0, Delta = 1, Softmax = 2;

    /// <param name="title">Above the figure.</param>
    /// <param name="models">In the order of the table: perplexities of the seeds; those that are not finite are left
    /// out.</param>
    public static DotPlot Of(string title, IEnumerable<(string Model, IReadOnlyList<double> Perplexities)> models)
    {
        var known = models.Select(model => (model.Model, Values: model.Perplexities.Where(double.IsFinite).ToArray()))
            .ToArray();
        return new()
        {
            Name = "language", Title = title,
            Description = $"Held-out perplexity of {string.Join(", ", known.Select(model => model.Model))}.",
            Axis = new("held-out perplexity"), FromZero = false, OursName = "mean and 95 % interval", TheirsName = null,
            Groups = ["sum", "delta rule", "softmax"],
            SinglesName = known.Any(model => model.Values.Length > 1) ? "single seeds" : null,
            Rows = [.. known.Select(model => Row(model.Model, model.Values))],
        };
    }

    private static DotRow Row(string model, double[] values)
    {
        var interval = Interval.Of(values);
        Plotted? mean = values.Length == 0
            ? null
            : double.IsNaN(interval.Half)
            ? new Plotted(interval.Mean)
            : new(interval.Mean, interval.Low, interval.High);
        int group = model.Contains("sum", StringComparison.Ordinal)
            ? Sum
            : model.Contains("delta", StringComparison.Ordinal) ? Delta : Softmax;
        return new(model, mean, null) { Group = group, Singles = values.Length > 1 ? values : [] };
    }
}
