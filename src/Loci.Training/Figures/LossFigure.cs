using Loci.Reports;
using Loci.Reports.Figures;
using Loci.Torch.Runs;

namespace Loci.Training.Figures;

/// <summary>Loss against steps: that of every step smoothed, and that of the held-out text.</summary>
internal static class LossFigure
{
    private const int Points = 400;

    /// <summary>Writes <c>STEM.svg</c> and <c>STEM.png</c>.</summary>
    public static void Save(string stem, LossCurve curve) => FigureFiles.Save(Of(curve), stem);

    /// <summary>
    /// The figure; training losses are means of as many steps as leave at most <see cref="Points"/> of them.
    /// </summary>
    public static CurvePlot Of(LossCurve curve)
    {
        int span = Math.Max(1, (curve.Training.Count + Points - 1) / Points);
        var means = curve.Training.Select((loss, i) => (Loss: loss, Step: i + 1))
            .GroupBy(point => (point.Step - 1) / span)
            .Select(
                group =>
                    new CurvePoint(group.Average(point => (double)point.Step),
                        group.Average(point => (double)point.Loss)));
        return new()
        {
            Name = "loss", Title = "Loss of the training",
            Description =
                $"Loss against steps over {curve.Training.Count} steps: of the text learned from, and of the text "
                + $"held out.",
            AcrossAxis = new("step", Min: 0), Axis = new("nats a token", Min: 0),
            Curves =
            [
                new(span == 1 ? "training" : $"training, means of {span}", [.. means]),
                new("held out", [.. curve.HeldOut.Select(point => new CurvePoint(point.Step, point.Loss))]),
            ],
        };
    }
}
