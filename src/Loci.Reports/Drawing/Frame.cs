using Loci.Reports.Figures;

namespace Loci.Reports.Drawing;

/// <summary>
/// The frame of a plot with values upwards: the axis' name lies flat above it, faint lines run across, the places
/// along the bottom are named where there is room.
/// </summary>
internal sealed class Frame
{
    private const double Tick = 11.5;

    private static readonly double[] s_dots = [2, 3];

    /// <summary>Draws the frame.</summary>
    /// <param name="sheet">Where.</param>
    /// <param name="top">Upper edge of all of it.</param>
    /// <param name="right">Pixels to keep free on the right.</param>
    /// <param name="axis">The values' axis.</param>
    /// <param name="scale">The values' scale, which the frame places.</param>
    public Frame(Sheet sheet, double top, double right, Axis axis, Scale scale)
    {
        Sheet = sheet;
        Values = scale;
        Left = 4 + scale.Ticks.Max(tick => Typeface.Measure(tick.Text, Tick)) + 8;
        Right = sheet.Width - Math.Max(right, 8);
        double y = top + 12;
        foreach (string line in Typeface.Wrap(axis.Label, Sheet.TextSize, strong: false, sheet.Width - 8))
        {
            sheet.Write(4, y, line, Ink.Muted);
            y += 16;
        }
        Top = y - 4;
        Bottom = Top + (sheet.IsRoomy ? 236 : 200);
        (scale.From, scale.To) = (Bottom, Top);
        foreach (var (value, text) in scale.Ticks)
        {
            double at = scale.At(value);
            sheet.Line(Left, at, Right, at, Ink.Grid, kind: "grid");
            sheet.Write(Left - 8, at + 4, text, Ink.Muted, TextAnchor.End, size: Tick);
        }
    }

    public Sheet Sheet { get; }
    public Scale Values { get; }
    public double Left { get; }
    public double Right { get; }
    public double Top { get; }
    public double Bottom { get; }

    /// <summary>The line that bars stand on, or the bottom.</summary>
    public void Floor() => Sheet.Line(Left, Values.At(Values.Foot), Right, Values.At(Values.Foot), Ink.Muted);

    /// <summary>Names places along the bottom and the axis; returns the lower edge.</summary>
    public double Below(IReadOnlyList<(double X, string Text)> places, string axis) =>
        PlaceNames.Write(Sheet, Left, Right, Bottom, places, axis);

    /// <summary>A height across the plot; <see cref="SeriesNames"/> say what it is.</summary>
    public void Across(ReferenceLine line)
    {
        if (Values.Takes(line.Value))
            Sheet.Line(Left, Values.At(line.Value), Right, Values.At(line.Value), Ink.Text, 1.4, "reference", s_dots);
    }

    /// <summary>What stands before the name of a height.</summary>
    public static void Swatch(Sheet sheet, double x, double y) =>
        sheet.Line(x - 6, y, x + 6, y, Ink.Text, 1.4, "swatch", s_dots);
}
