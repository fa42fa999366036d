using Loci.Reports.Drawing;

namespace Loci.Reports.Figures;

/// <summary>
/// A value for each row and column as a shade; where there is room, also as a number. A missing value
/// is a bare place with a dot.
/// </summary>
public sealed record HeatMap : Figure
{
    /// <summary>What the columns are.</summary>
    public required string AcrossLabel { get; init; }

    /// <summary>Names of the columns.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What the rows are.</summary>
    public required string DownLabel { get; init; }

    /// <summary>Names of the rows, from the top.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>The values, <c>[rows][columns]</c>; null: not measured.</summary>
    public required IReadOnlyList<IReadOnlyList<double?>> Values { get; init; }

    /// <summary>What the shades mean.</summary>
    public required Axis Axis { get; init; }

    /// <inheritdoc/>
    public override Table Numbers() => SeriesTable.Of(
        Title, $"{DownLabel} \\ {AcrossLabel}", Rows,
        [
            .. Columns.Select(
                (name, c) => new Series(name, [.. Values.Select(row => row[c] is { } v ? (Plotted?)v : null)])),
        ],
        Axis.Format);

    internal override double DrawOn(Sheet sheet, double top)
    {
        if (Values.Count != Rows.Count || Values.Any(row => row.Count != Columns.Count))
            throw new ArgumentException($"the values are not {Rows.Count} × {Columns.Count}", nameof(sheet));
        var scale = new Scale(Axis, Values.SelectMany(row => row).OfType<double>(), zero: false, 4);
        top = Key(sheet, top, scale);
        double left = 14 + Math.Min(
            sheet.Width * 0.35, Rows.Select(r => Typeface.Measure(r, 11.5)).DefaultIfEmpty().Max());
        double cell = (sheet.Width - left - 8) / Math.Max(1, Columns.Count), height = Math.Clamp(cell, 14, 26);
        (scale.From, scale.To) = (0, 1);
        sheet.Write(4, top + 12, DownLabel, Ink.Muted);
        top += 20;
        for (int r = 0; r < Rows.Count; r++)
        {
            double y = top + r * height;
            sheet.Write(
                left - 8, y + height / 2 + 4, Typeface.Fit(Rows[r], 11.5, left - 12), Ink.Muted, TextAnchor.End,
                size: 11.5);
            for (int c = 0; c < Columns.Count; c++) Cell(sheet, scale, r, c, left + c * cell, y, cell, height);
        }
        double bottom = top + Rows.Count * height;
        return PlaceNames.Write(
            sheet, left, sheet.Width - 8, bottom, [.. Columns.Select((name, c) => (left + (c + 0.5) * cell, name))],
            AcrossLabel);
    }

    /// <summary>The ink that is legible on a shade.</summary>
    internal static Ink TextOn(int step) => step < 5 ? Ink.Text : Ink.Paper;

    private void Cell(Sheet sheet, Scale scale, int r, int c, double x, double y, double width, double height)
    {
        if (Values[r][c] is not { } value || !scale.Takes(value))
        {
            sheet.Add(new Disc(x + width / 2, y + height / 2, 1.2, Ink.Muted, Ink.None, 0) { Kind = "missing" });
            return;
        }
        int step = Math.Clamp((int)(scale.At(value) * Palette.HeatSteps), 0, Palette.HeatSteps - 1);
        string text = Axis.Format.Write(value);
        sheet.Add(
            new Box(
                x + 0.5, y + 0.5, width - 1, height - 1,
                Palette.ForHeat(step)) { Kind = "cell", Hint = $"{Rows[r]}, {Columns[c]}: {text}" });
        if (Typeface.Measure(text, 11) + 6 <= width && height >= 18)
            sheet.Write(x + width / 2, y + height / 2 + 4, text, TextOn(step), TextAnchor.Middle, size: 11);
    }

    // The shades from the least to the largest value with their limits.
    private double Key(Sheet sheet, double top, Scale scale)
    {
        double width = Math.Min(200, sheet.Width - 120), x = 4;
        (scale.From, scale.To) = (0, 1);
        foreach (string line in Typeface.Wrap(Axis.Label, Sheet.TextSize, strong: false, sheet.Width - 8))
            sheet.Write(4, (top += 16) - 4, line, Ink.Muted);
        var ticks = scale.Ticks.ToArray();
        string low = ticks[0].Text, high = ticks[^1].Text;
        sheet.Write(x, top + 14, low, Ink.Muted, size: 11.5);
        x += Typeface.Measure(low, 11.5) + 6;
        for (int step = 0; step < Palette.HeatSteps; step++)
            sheet.Add(
                new Box(
                    x + step * width / Palette.HeatSteps, top + 4, width / Palette.HeatSteps, 12,
                    Palette.ForHeat(step)) { Kind = "swatch" });
        sheet.Write(x + width + 6, top + 14, high, Ink.Muted, size: 11.5);
        return top + 26;
    }
}
