using Loci.Reports.Drawing;

namespace Loci.Reports.Figures;

/// <summary>
/// Named quantities, one a row: our value with its interval, and a hollow mark for the value it is compared with.
/// </summary>
public sealed record DotPlot : Figure
{
    /// <summary>The values' axis.</summary>
    public required Axis Axis { get; init; }

    /// <summary>The rows from the top.</summary>
    public required IReadOnlyList<DotRow> Rows { get; init; }

    /// <summary>What our value is, such as the model's name.</summary>
    public required string OursName { get; init; }

    /// <summary>What it is compared with; null: nothing.</summary>
    public string? TheirsName { get; init; } = "Geva et al. 2021";

    /// <summary>
    /// What the rows are that differ in ink, named in the legend in place of
    /// <see cref="OursName"/>; empty: all are alike.
    /// </summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What the small rings beside a value are; null: there are none.</summary>
    public string? SinglesName { get; init; }

    /// <summary>The axis holds zero.</summary>
    public bool FromZero { get; init; } = true;

    /// <inheritdoc/>
    public override Table Numbers() => new(Title,
        [
            new("quantity"), new(OursName, true),
            .. TheirsName is null ? (IEnumerable<Column>)[] : [new(TheirsName, true)],
        ],
        [.. Rows.Select(row => (IReadOnlyList<string>)
            [
                row.Name, Axis.Format.Write(row.Ours),
                .. TheirsName is null ? (IEnumerable<string>)[] : [Axis.Format.Write(row.Theirs)],
            ])]);

    internal override double DrawOn(Sheet sheet, double top)
    {
        const double rowHeight = 30;
        var theirs = new Pen(3);
        top = SeriesNames.WriteAbove(sheet, top, [.. Legend(sheet, theirs)]);
        var scale = new Scale(
            Axis,
            Plotted.Extent(Rows.SelectMany(r => r.Singles.Select(one => (Plotted?)one).Concat([r.Ours, r.Theirs]))),
            zero: FromZero, sheet.IsRoomy ? 6 : 4);
        double widest = Rows.Select(r => Typeface.Measure(r.Name, Sheet.TextSize)).DefaultIfEmpty().Max();
        bool above = widest > sheet.Width * 0.42;
        double left = above ? 14 : widest + 18, right = sheet.Width - 24, height = above ? rowHeight + 16 : rowHeight;
        double bottom = top + 6 + Rows.Count * height;
        (scale.From, scale.To) = (left, right);
        foreach (var (value, text) in scale.Ticks)
        {
            sheet.Line(scale.At(value), top + 4, scale.At(value), bottom, Ink.Grid, kind: "grid");
            sheet.Write(scale.At(value), bottom + 17, text, Ink.Muted, TextAnchor.Middle, size: 11.5);
        }
        for (int k = 0; k < Rows.Count; k++)
        {
            var row = Rows[k];
            double y = top + 6 + (k + 1) * height - rowHeight / 2;
            sheet.Write(
                above ? 4 : left - 12, above ? y - 14 : y + 4, Typeface.Fit(row.Name, Sheet.TextSize, sheet.Width - 8),
                anchor: above ? TextAnchor.Start : TextAnchor.End);
            if (Plotted.Known(row.Theirs) is { } paper && scale.Takes(paper.Value))
                theirs.Point(
                    sheet, scale.At(paper.Value), y, 4.4, hollow: true, kind: "theirs",
                    hint: $"{TheirsName}: {Axis.Format.Write(paper)}");
            var ours = new Pen(row.Group);
            foreach (double single in row.Singles.Where(scale.Takes))
                sheet.Add(
                    new Disc(
                        scale.At(single), y + 9, 2.6, Ink.Paper, ours.Ink,
                        1.2) { Kind = "single", Hint = $"{SinglesName}: {Axis.Format.Write(single)}" });
            if (Plotted.Known(row.Ours) is not { } value || !scale.Takes(value.Value)) continue;
            if (value.Interval is { } interval)
                sheet.Line(scale.At(interval.Low), y, scale.At(interval.High), y, ours.Ink, 2, "interval");
            ours.Point(sheet, scale.At(value.Value), y, 4.4, hint: $"{OursName}: {Axis.Format.Write(value)}");
        }
        sheet.Write((left + right) / 2, bottom + 36, Axis.Label, Ink.Muted, TextAnchor.Middle);
        return bottom + 40;
    }

    private IEnumerable<(string, Action<double, double>)> Legend(Sheet sheet, Pen theirs)
    {
        foreach (var (name, number) in
            (Groups.Count > 0 ? Groups : [OursName]).Select((name, number) => (name, number)))
        {
            var pen = new Pen(number);
            yield return (name, (x, y) =>
                { sheet.Line(x - 9, y, x + 9, y, pen.Ink, 1.8, "swatch"); pen.Point(sheet, x, y, 4, kind: "swatch"); });
        }
        if (SinglesName is not null)
            yield return (SinglesName,
                (x, y) => sheet.Add(new Disc(x, y, 2.6, Ink.Paper, Ink.Text, 1.2) { Kind = "swatch" }));
        if (TheirsName is not null)
            yield return (TheirsName, (x, y) => theirs.Point(sheet, x, y, 4, hollow: true, kind: "swatch"));
    }
}

/// <summary>One row of a <see cref="DotPlot"/>.</summary>
/// <param name="Name">The quantity.</param>
/// <param name="Ours">Our value; null: not measured.</param>
/// <param name="Theirs">The value beside it; null: there is none.</param>
public sealed record DotRow(string Name, Plotted? Ours, Plotted? Theirs)
{
    /// <summary>Which of <see cref="DotPlot.Groups"/> it is of.</summary>
    public int Group { get; init; }

    /// <summary>The values that ours is the mean of, such as those of single seeds.</summary>
    public IReadOnlyList<double> Singles { get; init; } = [];
}
