using Loci.Reports.Figures;

namespace Loci.Training.Labs.Language;

/// <summary>
/// Loss against position on a logarithmic axis: carried with its interval, and of fast weights emptied every segment
/// dotted.
/// </summary>
internal static class CarryOverFigure
{
    public static CurvePlot Of(string title, IReadOnlyList<CarryOverRow> rows) => new()
    {
        Name = "carry-over", Title = title,
        Description =
            $"Loss against the position in a text, for {string.Join(", ", rows.Select(row => row.Model).Distinct())}.",
        AcrossAxis = new("position in the text, tokens", Log: true, LogBase: 2), Axis = new("nats a token"),
        Curves =
        [
            .. rows.GroupBy(row => row.Model)
            .Select(model => new PlottedCurve(model.Key, Points(model, PositionLoss.Carried))
            {
                Companions = LanguageModel.Carried.Any(known => known.Name == model.Key && known.IsFast)
                    ? [new(CompanionKind.Dotted, $"emptied every {CarryOver.Segment}",
                        Points(model, PositionLoss.Reset))] : [],
            }),
        ],
    };

    private static CurvePoint[] Points(IEnumerable<CarryOverRow> rows, string memory) =>
    [
        .. rows.Where(row => row.Memory == memory).Select(row => new CurvePoint(
            (row.From + row.To) / 2.0,
            double.IsNaN(row.Loss.Half)
                ? new Plotted(row.Loss.Mean)
                : new(row.Loss.Mean, row.Loss.Low, row.Loss.High))),
    ];
}
