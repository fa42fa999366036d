using Loci.Reports.Figures;

namespace Loci.Reports.Drawing;

/// <summary>A sheet of paper of a given width, on which marks are made.</summary>
internal sealed class Sheet
{
    /// <summary>From this width on there is room beside the lines for their names.</summary>
    public const double Roomy = 560;

    /// <summary>Size of text in pixels; at any width it is legible unscaled.</summary>
    public const double TextSize = 12;

    private readonly List<Mark> _marks = [];

    private Sheet(double width) => Width = width;

    public double Width { get; }

    public double Height { get; private set; }

    public bool IsRoomy => Width >= Roomy;

    public IReadOnlyList<Mark> Marks => _marks;

    /// <summary>Draws a figure.</summary>
    /// <param name="figure">What to draw.</param>
    /// <param name="width">Width in pixels, from 280 on; the height follows.</param>
    /// <param name="heading">Write the title above it.</param>
    public static Sheet Draw(Figure figure, double width, bool heading)
    {
        var sheet = new Sheet(width);
        double top = heading ? sheet.Heading(figure.Title) : 4;
        sheet.Height = Math.Ceiling(figure.DrawOn(sheet, top) + 4);
        return sheet;
    }

    public void Add(Mark mark) => _marks.Add(mark);

    public void Write(
        double x, double y, string text, Ink ink = Ink.Text, TextAnchor anchor = TextAnchor.Start, bool strong = false,
        double size = TextSize) =>
        Add(new Label(x, y, text, size, ink, anchor, strong));

    public void Line(
        double x1, double y1, double x2, double y2, Ink ink, double width = 1, string kind = "",
        IReadOnlyList<double>? dash = null) =>
        Add(
            new Curve(
                [new(x1, y1), new(x2, y2)],
                closed: false) { Stroke = ink, Width = width, Kind = kind, Dash = dash ?? [] });

    private double Heading(string title)
    {
        const double size = 15;
        double y = 4;
        foreach (string line in Typeface.Wrap(title, size, strong: true, Width - 8))
            Write(4, y += 20, line, strong: true, size: size);
        return y + 10;
    }
}
