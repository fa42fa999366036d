using Loci.Reports.Drawing;

namespace Loci.Reports.Figures;

/// <summary>
/// Lines over a numeric axis, such as the layers: each with its interval as a band, and named heights across. A missing
/// value is a gap in its line.
/// </summary>
public sealed record LinePlot : Figure
{
    /// <summary>What the places along the bottom are.</summary>
    public required string AcrossLabel { get; init; }

    /// <summary>The places, ascending.</summary>
    public required IReadOnlyList<double> Across { get; init; }

    /// <summary>The values' axis.</summary>
    public required Axis Axis { get; init; }

    /// <summary>The lines, each as long as <see cref="Across"/>.</summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Named heights.</summary>
    public IReadOnlyList<ReferenceLine> References { get; init; } = [];

    /// <summary>What the places are called; null: by their numbers.</summary>
    internal IReadOnlyList<string>? Places { get; init; }

    private string Place(int k) => Places?[k] ?? NumberFormat.Plain.Write(Across[k]);

    /// <inheritdoc/>
    public override Table Numbers() =>
        SeriesTable.Of(Title, AcrossLabel, [.. Across.Select((_, k) => Place(k))], Series, Axis.Format);

    internal override double DrawOn(Sheet sheet, double top)
    {
        SeriesTable.Check(Across.Count, Series);
        var pens = Series.Select((_, number) => new Pen(number)).ToArray();
        bool named = Series.Count + References.Count > 1;
        double right = named
            ? SeriesNames.Beside(sheet, [.. Series.Select(s => s.Name), .. References.Select(r => r.Name)])
            : 0;
        if (named && right == 0) top = SeriesNames.WriteAbove(sheet, top, [.. Legend(sheet, pens)]);
        var values = new Scale(
            Axis, Plotted.Extent(Series.SelectMany(s => s.Values)).Concat(References.Select(r => r.Value)), zero: false,
            sheet.IsRoomy ? 6 : 5);
        var frame = new Frame(sheet, top, right, Axis, values);
        double inset = Math.Min(14, (frame.Right - frame.Left) / (2 * Math.Max(1, Across.Count)));
        double low = Across.Count == 0
            ? 0
            : Across[0], high = Across.Count == 0 || Across[^1] == low
            ? low + 1
            : Across[^1];
        double At(double x) => frame.Left + inset + (x - low) / (high - low) * (frame.Right - frame.Left - 2 * inset);
        foreach (var line in References) frame.Across(line);
        for (int s = 0; s < Series.Count; s++) Bands(sheet, Series[s], pens[s], values, At);
        for (int s = 0; s < Series.Count; s++) Lines(sheet, Series[s], pens[s], values, At);
        if (named && right > 0)
            SeriesNames.WriteBeside(sheet, frame.Right, frame.Top, frame.Bottom,
            [
                .. Series.Select((series, k) => (LastHeight(series, values), series.Name,
                    (Action<double, double>)((x, y) => pens[k].Point(sheet, x, y, kind: "swatch")))),
                .. References.Where(r => values.Takes(r.Value)).Select(r => (values.At(r.Value), r.Name,
                    (Action<double, double>)((x, y) => Frame.Swatch(sheet, x, y)))),
            ]);
        frame.Floor();
        return frame.Below([.. Across.Select((x, k) => (At(x), Place(k)))], AcrossLabel);
    }

    private IEnumerable<(string, Action<double, double>)> Legend(Sheet sheet, Pen[] pens)
    {
        for (int s = 0; s < Series.Count; s++)
        {
            var pen = pens[s];
            yield return (Series[s].Name, (x, y) =>
            {
                sheet.Line(x - 10, y, x + 10, y, pen.Ink, 2, "swatch", pen.Dash);
                pen.Point(sheet, x, y, kind: "swatch");
            });
        }
        foreach (var line in References) yield return (line.Name, (x, y) => Frame.Swatch(sheet, x, y));
    }

    private void Lines(Sheet sheet, Series series, Pen pen, Scale scale, Func<double, double> at)
    {
        foreach (var run in Runs(series, scale, e => e.Value))
            if (run.Length > 1)
                sheet.Add(
                    new Curve(
                        [.. run.Select(k => new Spot(at(Across[k]), scale.At(series.Values[k]!.Value.Value)))],
                        closed: false)
                { Stroke = pen.Ink, Width = 2, Dash = pen.Dash, Kind = "line" });
        // Where points would hide their line only some are drawn, and those that stand alone.
        int every = 1 + Across.Count / 25;
        foreach (int k in
            Runs(series, scale, e => e.Value).SelectMany(run => run.Where(k => k % every == 0 || run.Length == 1)))
            pen.Point(sheet, at(Across[k]), scale.At(series.Values[k]!.Value.Value),
                hint: $"{series.Name}, {AcrossLabel} {Place(k)}: {Axis.Format.Write(series.Values[k])}");
    }

    private void Bands(Sheet sheet, Series series, Pen pen, Scale scale, Func<double, double> at)
    {
        foreach (var run in Runs(series, scale, e => e.Interval?.Low ?? double.NaN))
        {
            var upper = run.Select(
                k => new Spot(at(Across[k]), scale.At(series.Values[k]!.Value.Interval!.Value.High)));
            var lower = run.Select(k => new Spot(at(Across[k]), scale.At(series.Values[k]!.Value.Interval!.Value.Low)));
            if (run.Length > 1)
                sheet.Add(
                    new Curve(
                        [.. upper, .. lower.Reverse()],
                        closed: true) { Fill = pen.Ink, Opacity = 0.16, Kind = "band" });
            else
                sheet.Line(
                    upper.First().X, upper.First().Y, lower.First().X, lower.First().Y, pen.Ink, 1.4, "interval");
        }
    }

    // Stretches without a gap, as places along the axis.
    private IEnumerable<int[]> Runs(Series series, Scale scale, Func<Plotted, double> of)
    {
        var run = new List<int>();
        for (int k = 0; k <= Across.Count; k++)
        {
            if (k < Across.Count && series.Values[k] is { } value && scale.Takes(value.Value) && scale.Takes(of(value)))
                run.Add(k);
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }
    }

    private static double LastHeight(Series series, Scale scale) =>
        series.Values.LastOrDefault(v => v is { } value && scale.Takes(value.Value)) is { } last
            ? scale.At(last.Value)
            : scale.To;
}
