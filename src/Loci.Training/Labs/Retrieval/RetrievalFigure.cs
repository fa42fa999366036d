using Loci.Reports.Figures;

namespace Loci.Training.Labs.Retrieval;

/// <summary>
/// Loss against S, one line per model, as the paper draws it, with the authors' losses and the floor.
/// </summary>
internal static class RetrievalFigure
{
    // A memory that answers nothing has a loss of ½; what is far above it is drawn at the top.
    private const double Highest = 2;

    public static CurvePlot Of(string title, IReadOnlyList<LabRow> rows) => new()
    {
        Name = "retrieval", Title = title,
        Description =
            $"Loss against the number of keys, for {string.Join(", ", rows.Select(row => row.Model).Distinct())}.",
        AcrossAxis = new("number of unique keys S", Min: 0,
            Max: rows.DistinctBy(row => row.Symbols).Count() == 1 ? 2 * rows[0].Symbols : null),
        Axis = new("loss: half the squared distance of the value read from the right one", Min: 0,
            Max: rows.Any(row => row.Loss > Highest) ? Highest : null),
        Curves = [.. rows.GroupBy(row => row.Model).Select(Curve)],
    };

    private static PlottedCurve Curve(IGrouping<string, LabRow> model)
    {
        var points = model.GroupBy(row => row.Symbols).OrderBy(group => group.Key).ToArray();
        List<Companion> companions = [];
        if (points.Any(point => !double.IsNaN(point.First().Floor)))
        {
            var memory = LabModel.Parse(model.Key, "dpfp-1");
            int first = points[0].Key, last = points[^1].Key;
            companions.Add(new(CompanionKind.Dotted, "nothing is below",
                [.. Enumerable.Range(first, last - first + 1)
                    .Select(size => new CurvePoint(size, CapacityFloor.Of(memory, size)))]));
        }
        CurvePoint[] authors = [.. points.Where(point => !double.IsNaN(point.First().Authors))
            .Select(point => new CurvePoint(point.Key, point.First().Authors))];
        if (authors.Length > 0) companions.Add(new(CompanionKind.Hollow, "the authors'", authors));
        return new(model.Key, [.. points.Select(point => new CurvePoint(point.Key, point.Average(row => row.Loss)))])
        {
            Companions = companions,
        };
    }
}
