using Loci.Reports.Drawing;

namespace Loci.Reports.Figures;

/// <summary>
/// Curves over a numeric axis, each with points of its own and, where they are known, its interval as a band: losses
/// against steps, sizes or positions. A curve may have companions in its ink: single runs, a bound, another's values.
/// </summary>
public sealed record CurvePlot : Figure
{
    private const int MostPoints = 25;

    private static readonly double[] s_dots = [1.5, 3];

    /// <summary>The axis along the bottom.</summary>
    public required Axis AcrossAxis { get; init; }

    /// <summary>The values' axis.</summary>
    public required Axis Axis { get; init; }

    /// <summary>The curves, in the order of the legend.</summary>
    public required IReadOnlyList<PlottedCurve> Curves { get; init; }

    private IEnumerable<Companion> Companions => Curves.SelectMany(curve => curve.Companions);

    /// <inheritdoc/>
    public override Table Numbers()
    {
        double[] places =
        [
            .. Curves.SelectMany(curve => curve.Points).Select(point => point.Across).Distinct().Order(),
        ];
        return new(Title,
            [new(AcrossAxis.Label), .. Curves.Select(curve => new Column(curve.Name, Numeric: true))],
            [.. places.Select(
                place =>
                    (IReadOnlyList<string>)[AcrossAxis.Format.Write(place),
                        .. Curves.Select(curve => Axis.Format.Write(curve.At(place)))])]);
    }

    internal override double DrawOn(Sheet sheet, double top)
    {
        var legend = Legend(sheet);
        double right = legend.Count > 1 ? SeriesNames.Beside(sheet, legend.Select(entry => entry.Name)) : 0;
        if (legend.Count > 1 && right == 0)
            top = SeriesNames.WriteAbove(sheet, top, [.. legend.Select(entry => (entry.Name, entry.Swatch))]);
        CurvePoint[] all =
        [
            .. Curves.SelectMany(curve => curve.Points), .. Companions.SelectMany(companion => companion.Points),
        ];
        var values = new Scale(
            Axis, Plotted.Extent(all.Select(point => (Plotted?)point.Value)), zero: false, sheet.IsRoomy ? 6 : 5);
        var across = new Scale(AcrossAxis, all.Select(point => point.Across), zero: false, sheet.IsRoomy ? 10 : 5);
        var frame = new Frame(sheet, top, right, Axis, values);
        double inset = Math.Min(10, (frame.Right - frame.Left) / 20);
        (across.From, across.To) = (frame.Left + inset, frame.Right - inset);
        foreach (var (curve, pen) in Penned())
            foreach (var companion in curve.Companions) Accompany(sheet, companion, pen, across, values);
        foreach (var (curve, pen) in Penned()) Band(sheet, curve, pen, across, values);
        foreach (var (curve, pen) in Penned()) Line(sheet, curve, pen, across, values);
        if (right > 0)
            SeriesNames.WriteBeside(sheet, frame.Right, frame.Top, frame.Bottom,
                [
                    .. legend.Select(
                        entry => (entry.Last is { } last ? values.At(last) : frame.Bottom, entry.Name, entry.Swatch)),
                ]);
        frame.Floor();
        return frame.Below([.. across.Ticks.Select(tick => (across.At(tick.Value), tick.Text))], AcrossAxis.Label);
    }

    private IEnumerable<(PlottedCurve Curve, Pen Pen)> Penned() =>
        Curves.Select((curve, number) => (curve, new Pen(number)));

    // The curves, and every kind of companion once; a curve is named near its last value.
    private List<(string Name, double? Last, Action<double, double> Swatch)> Legend(Sheet sheet)
    {
        List<(string, double?, Action<double, double>)> legend = [];
        foreach (var (curve, pen) in Penned())
            legend.Add((curve.Name, curve.Points is [.., var last] ? last.Value.Value : null, (x, y) =>
            {
                sheet.Line(x - 9, y, x + 9, y, pen.Ink, 2, "swatch", pen.Dash);
                pen.Point(sheet, x, y, kind: "swatch");
            }));
        foreach (var (kind, name) in Companions.Select(companion => (companion.Kind, companion.Name)).Distinct())
            legend.Add((name, null, (x, y) =>
            {
                if (kind == CompanionKind.Hollow)
                    sheet.Add(new Disc(x, y, 4, Ink.Paper, Ink.Text, 1.4) { Kind = "swatch" });
                else sheet.Line(x - 9, y, x + 9, y, Ink.Text, WidthOf(kind), "swatch", DashOf(kind));
            }));
        return legend;
    }

    private void Line(Sheet sheet, PlottedCurve curve, Pen pen, Scale across, Scale values)
    {
        Stroke(sheet, curve.Points, pen.Ink, 2, pen.Dash, "line", across, values);
        int every = 1 + curve.Points.Count / MostPoints;
        foreach (var point in Drawn(curve.Points, across, values).Where((_, k) => k % every == 0))
            pen.Point(sheet, across.At(point.Across), values.At(point.Value.Value),
                hint: $"{curve.Name}, {AcrossAxis.Label} {AcrossAxis.Format.Write(point.Across)}: "
                    + $"{Axis.Format.Write(point.Value)}");
    }

    private static void Band(Sheet sheet, PlottedCurve curve, Pen pen, Scale across, Scale values)
    {
        var (low, high) = (new List<Spot>(), new List<Spot>());
        foreach (var point in Drawn(curve.Points, across, values))
        {
            if (point.Value.Interval is not { } interval || !values.Takes(interval.Low)) continue;
            low.Add(new(across.At(point.Across), values.At(interval.Low)));
            high.Add(new(across.At(point.Across), values.At(interval.High)));
        }
        if (low.Count > 1)
            sheet.Add(
                new Curve(
                    [.. high, .. Enumerable.Reverse(low)],
                    closed: true) { Fill = pen.Ink, Opacity = 0.16, Kind = "band" });
        else if (low.Count == 1) sheet.Line(low[0].X, low[0].Y, high[0].X, high[0].Y, pen.Ink, 1.4, "interval");
    }

    private void Accompany(Sheet sheet, Companion companion, Pen pen, Scale across, Scale values)
    {
        if (companion.Kind != CompanionKind.Hollow)
        {
            Stroke(
                sheet, companion.Points, pen.Ink, WidthOf(companion.Kind), DashOf(companion.Kind), "companion", across,
                values);
            return;
        }
        foreach (var point in Drawn(companion.Points, across, values))
            pen.Point(
                sheet, across.At(point.Across), values.At(point.Value.Value), 5.5, hollow: true, kind: "companion",
                hint: $"{companion.Name}: {Axis.Format.Write(point.Value)}");
    }

    private static void Stroke(
        Sheet sheet, IReadOnlyList<CurvePoint> points, Ink ink, double width, double[] dash, string kind, Scale across,
        Scale values)
    {
        Spot[] spots =
        [
            .. Drawn(points, across, values)
                .Select(point => new Spot(across.At(point.Across), values.At(point.Value.Value))),
        ];
        if (spots.Length > 1)
            sheet.Add(new Curve(spots, closed: false) { Stroke = ink, Width = width, Dash = dash, Kind = kind });
    }

    private static IEnumerable<CurvePoint> Drawn(IReadOnlyList<CurvePoint> points, Scale across, Scale values) =>
        points.Where(point => across.Takes(point.Across) && values.Takes(point.Value.Value));

    private static double WidthOf(CompanionKind kind) => kind == CompanionKind.Dotted ? 1.5 : 0.8;

    private static double[] DashOf(CompanionKind kind) => kind == CompanionKind.Dotted ? s_dots : [];
}

/// <summary>A point of a curve.</summary>
/// <param name="Across">Its place along the bottom.</param>
/// <param name="Value">Its height, with an interval where one is known.</param>
public readonly record struct CurvePoint(double Across, Plotted Value);

/// <summary>A named curve.</summary>
/// <param name="Name">What is measured, short enough to stand beside it.</param>
/// <param name="Points">From left to right; one whose value is not finite is left out.</param>
public sealed record PlottedCurve(string Name, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>What is drawn with it in its ink.</summary>
    public IReadOnlyList<Companion> Companions { get; init; } = [];

    internal Plotted? At(double across) =>
        Points.Where(point => point.Across == across).Select(point => (Plotted?)point.Value).FirstOrDefault();
}

/// <summary>What goes with a curve in its ink.</summary>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Name">
/// What it is: the same for all curves' companions of this kind, so that the legend names it once.
/// </param>
/// <param name="Points">From left to right.</param>
public sealed record Companion(CompanionKind Kind, string Name, IReadOnlyList<CurvePoint> Points);

/// <summary>How a companion is drawn.</summary>
public enum CompanionKind
{
    /// <summary>A thin line: a single run of what the curve is the mean of.</summary>
    Thin,

    /// <summary>A dotted line: a bound, or another condition.</summary>
    Dotted,

    /// <summary>Hollow points: another's values.</summary>
    Hollow,
}
