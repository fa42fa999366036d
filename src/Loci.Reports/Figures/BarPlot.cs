using Loci.Reports.Drawing;

namespace Loci.Reports.Figures;

/// <summary>
/// Bars by category, such as the layer: side by side with error bars and what chance gives, or stacked to a whole. A
/// missing value leaves its place empty. Bars side by side that would be too thin to tell apart are drawn as lines.
/// </summary>
public sealed record BarPlot : Figure
{
    private const double Thinnest = 6;

    /// <summary>What the categories are.</summary>
    public required string AcrossLabel { get; init; }

    /// <summary>The categories, in order.</summary>
    public required IReadOnlyList<string> Categories { get; init; }

    /// <summary>The values' axis.</summary>
    public required Axis Axis { get; init; }

    /// <summary>
    /// The bars of every category, each series as long as <see cref="Categories"/>; not negative where stacked.
    /// </summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>The series stand on each other.</summary>
    public bool Stacked { get; init; }

    /// <summary>
    /// What chance gives in each category, drawn as a tick across the bars; null: nothing to compare.
    /// </summary>
    public Series? Null { get; init; }

    /// <summary>Named heights.</summary>
    public IReadOnlyList<ReferenceLine> References { get; init; } = [];

    /// <inheritdoc/>
    public override Table Numbers() =>
        SeriesTable.Of(Title, AcrossLabel, Categories, Null is null ? Series : [.. Series, Null], Axis.Format);

    internal override double DrawOn(Sheet sheet, double top)
    {
        SeriesTable.Check(Categories.Count, Null is null ? Series : [.. Series, Null]);
        if (!Stacked && Series.Count > 1 && Categories.Count * Series.Count * Thinnest > sheet.Width - 60)
            return AsLines().DrawOn(sheet, top);
        var pens = Series.Select((_, number) => new Pen(number)).ToArray();
        bool beside = Stacked && Null is null && References.Count == 0 && sheet.IsRoomy;
        double right = beside ? SeriesNames.Beside(sheet, Series.Select(s => s.Name)) : 0;
        if (!beside && (Series.Count > 1 || Null is not null || References.Count > 0))
            top = SeriesNames.WriteAbove(sheet, top, [.. Legend(sheet, pens)]);
        var scale = new Scale(Axis, Extent(), zero: true, sheet.IsRoomy ? 6 : 5);
        var frame = new Frame(sheet, top, right, Axis, scale);
        double slot = (frame.Right - frame.Left) / Math.Max(1, Categories.Count);
        for (int c = 0; c < Categories.Count; c++)
        {
            double left = frame.Left + c * slot, room = Math.Min(
                slot * (slot < 12 ? 0.86 : 0.76), Stacked ? 44 : 26.0 * Series.Count), start = left + (slot - room) / 2;
            if (Stacked) Stack(sheet, pens, scale, c, start, room);
            else Side(sheet, pens, scale, c, start, room);
            if (Null is not null && Plotted.Known(Null.Values[c]) is { } chance && scale.Takes(chance.Value))
                sheet.Add(
                    new Curve(
                        [new(start - 3, scale.At(chance.Value)), new(start + room + 3, scale.At(chance.Value))],
                        closed: false)
                { Stroke = Ink.Text, Width = 2.2, Kind = "null",
                    Hint = $"{Null.Name}, {AcrossLabel} {Categories[c]}: {Axis.Format.Write(chance)}" });
        }
        foreach (var line in References) frame.Across(line);
        if (beside && Categories.Count > 0)
            SeriesNames.WriteBeside(sheet, frame.Right, frame.Top, frame.Bottom, [.. LastStack(sheet, pens, scale)]);
        frame.Floor();
        return frame.Below([.. Categories.Select((name, c) => (frame.Left + (c + 0.5) * slot, name))], AcrossLabel);
    }

    private LinePlot AsLines() => new()
    {
        Name = Name,
        Title = Title,
        Description = Description,
        AcrossLabel = AcrossLabel,
        Across = [.. Enumerable.Range(0, Categories.Count).Select(c => (double)c)],
        Places = Categories,
        Axis = Axis,
        Series = Null is null ? Series : [.. Series, Null],
        References = References,
    };

    private IEnumerable<double> Extent()
    {
        var chance = Null is null ? [] : Plotted.Extent(Null.Values);
        var bars = Stacked
            ? Enumerable.Range(0, Categories.Count).Select(c => Series.Sum(s => Height(s, c)))
            : Plotted.Extent(Series.SelectMany(s => s.Values));
        return bars.Concat(chance).Concat(References.Select(r => r.Value));
    }

    private static double Height(Series series, int category) => Plotted.Known(series.Values[category])?.Value ?? 0;

    private void Side(Sheet sheet, Pen[] pens, Scale scale, int c, double left, double room)
    {
        double width = room / Series.Count;
        for (int s = 0; s < Series.Count; s++)
        {
            if (Plotted.Known(Series[s].Values[c]) is not { } value || !scale.Takes(value.Value)) continue;
            double x = left + s * width, a = scale.At(scale.Foot), b = scale.At(value.Value);
            pens[s].Bar(sheet, x + width * 0.03, Math.Min(a, b), width * 0.94, Math.Abs(a - b), hint: Hint(s, c));
            if (value.Interval is not { } interval) continue;
            double middle = x + width / 2, cap = Math.Min(4, width * 0.3), low = scale.At(interval.Low),
                high = scale.At(interval.High);
            Spot[][] whisker =
            [
                [new(middle, low), new(middle, high)], [new(middle - cap, low), new(middle + cap, low)],
                [new(middle - cap, high), new(middle + cap, high)],
            ];
            sheet.Add(new Curve(whisker, Closed: false) { Stroke = Ink.Paper, Width = 3.4, Kind = "halo" });
            sheet.Add(new Curve(whisker, Closed: false) { Stroke = Ink.Text, Width = 1.2, Kind = "interval" });
        }
    }

    private void Stack(Sheet sheet, Pen[] pens, Scale scale, int c, double left, double room)
    {
        double sum = 0;
        for (int s = 0; s < Series.Count; s++)
        {
            double height = Height(Series[s], c);
            if (height <= 0) continue;
            double a = scale.At(sum), b = scale.At(sum += height);
            pens[s].Bar(sheet, left, b, room, Math.Max(0, a - b - 0.6), hint: Hint(s, c));
        }
    }

    private string Hint(int s, int c) =>
        $"{Series[s].Name}, {AcrossLabel} {Categories[c]}: {Axis.Format.Write(Series[s].Values[c])}";

    private IEnumerable<(string, Action<double, double>)> Legend(Sheet sheet, Pen[] pens)
    {
        for (int s = 0; s < Series.Count; s++)
        {
            var pen = pens[s];
            yield return (Series[s].Name, (x, y) => pen.Bar(sheet, x - 8, y - 6, 20, 12, "swatch"));
        }
        if (Null is not null)
            yield return (Null.Name, (x, y) => sheet.Line(x - 8, y, x + 12, y, Ink.Text, 2.2, "swatch"));
        foreach (var line in References) yield return (line.Name, (x, y) => Frame.Swatch(sheet, x, y));
    }

    private IEnumerable<(double, string, Action<double, double>)> LastStack(Sheet sheet, Pen[] pens, Scale scale)
    {
        double sum = 0;
        for (int s = 0; s < Series.Count; s++)
        {
            double height = Height(Series[s], Categories.Count - 1);
            var pen = pens[s];
            yield return (scale.At(sum + height / 2), Series[s].Name,
                (x, y) => pen.Bar(sheet, x - 6, y - 6, 12, 12, "swatch"));
            sum += height;
        }
    }
}
