using Loci.Reports.Figures;

namespace Loci.Training.Labs.Recall;

/// <summary>Accuracy against steps: the mean over the seeds of every model, and every seed thin.</summary>
internal static class RecallFigure
{
    /// <param name="title">Above the figure.</param>
    /// <param name="models">Models in the order of the legend, with the curves of their seeds.</param>
    public static CurvePlot Of(string title,
        IReadOnlyList<(string Model, IReadOnlyList<IReadOnlyList<(int Step, double Accuracy)>> Curves)> models)
    {
        int[] steps = [.. models.SelectMany(model => model.Curves).SelectMany(curve => curve)
            .Select(point => point.Step).Distinct().Order()];
        return new()
        {
            Name = "recall", Title = title,
            Description =
                $"Share of right answers against training steps, for "
                + $"{string.Join(", ", models.Select(model => model.Model))}.",
            AcrossAxis = new("step", Min: 0),
            Axis = new("share of right answers", NumberFormat.Percent, Min: 0, Max: 1),
            Curves =
            [
                .. models.Where(model => model.Curves.Count > 0).Select(model => new PlottedCurve(
                    // A training that was right ended early, and would have stayed right.
                    model.Model, [
                        .. steps.Select(step => new CurvePoint(step, model.Curves.Average(curve => At(curve, step))))])
                {
                    Companions = model.Curves.Count < 2 ? [] :
                    [
                        .. model.Curves.Select(curve => new Companion(
                            CompanionKind.Thin, "single seeds",
                            [.. curve.Select(point => new CurvePoint(point.Step, point.Accuracy))])),
                    ],
                }),
            ],
        };
    }

    private static double At(IReadOnlyList<(int Step, double Accuracy)> curve, int step) =>
        curve.LastOrDefault(point => point.Step <= step, curve[0]).Accuracy;
}
