using Loci.Reports.Figures;
using Worldlines.Learning;

namespace Worldlines.Figures;

/// <summary>The experiment as figures of Loci.Reports.</summary>
internal static class ExperimentFigures
{
    /// <summary>Accuracy against the pictures shown.</summary>
    public static CurvePlot Curves(LearningCurve[] curves) => new()
    {
        Name = "learning", Title = "Accuracy while the routes form",
        Description = "Share of test pictures in the right class against the number of pictures shown, for each number "
            + "of examples a class; bands: 95 % intervals over seeds.",
        AcrossAxis = new("pictures shown", Min: 0),
        Axis = new("share of test pictures in the right class", NumberFormat.Percent, Min: 0, Max: 1),
        Curves =
        [
            .. curves.Select(curve => new PlottedCurve(
                $"{curve.PerClass} a class",
                [
                    .. curve.Shown.Select((shown, i) => new CurvePoint(
                        shown, Value(ShareInterval.Of([.. curve.Accuracies.Select(seed => seed[i])])))),
                ])),
        ],
    };

    /// <summary>Each method's accuracy against the number of examples.</summary>
    public static CurvePlot Methods(FewShotResult[] results) => new()
    {
        Name = "methods", Title = "Few examples: worldlines, nearest centroid, logistic regression",
        Description = "Share of test pictures in the right class against the number of examples a class, for each "
            + "method; bands: 95 % intervals over seeds. Chance is 25 %.",
        AcrossAxis = new("examples a class"),
        Axis = new("share of test pictures in the right class", NumberFormat.Percent, Min: 0, Max: 1),
        Curves =
        [
            .. results.GroupBy(result => result.Method).Select(group => new PlottedCurve(
                group.Key, [.. group.Select(result => new CurvePoint(result.PerClass, Value(result.Mean)))])),
        ],
    };

    private static Plotted Value(ShareInterval interval) => new(interval.Mean, interval.Low, interval.High);
}
