namespace Loci.Reports.Drawing;

/// <summary>
/// How one series looks: an ink, and beside it a dash, a shape of points and a hatching, so that no
/// two differ by colour alone.
/// </summary>
internal sealed class Pen(int number)
{
    // The seventh series has the ink of the first, with the next dash, shape and hatching.
    private readonly int _form = (number + number / Palette.Series) % Palette.Series;

    private static readonly double[][] s_dashes = [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [12, 4]];

    public Ink Ink { get; } = Palette.ForSeries(number);

    public double[] Dash => s_dashes[_form];

    /// <summary>A point in the series' shape; hollow where it stands for a comparison.</summary>
    public void Point(
        Sheet sheet, double x, double y, double radius = 3.6, bool hollow = false, string kind = "point",
        string? hint = null)
    {
        var fill = hollow ? Ink.Paper : Ink;
        var edge = hollow ? Ink : Ink.Paper;
        double width = hollow ? 1.6 : 1;
        if (_form == 0) sheet.Add(new Disc(x, y, radius, fill, edge, width) { Kind = kind, Hint = hint });
        else
            sheet.Add(
                new Curve(
                    Shape(x, y, radius),
                    closed: true) { Fill = fill, Stroke = edge, Width = width, Kind = kind, Hint = hint });
    }

    private Spot[] Shape(double x, double y, double r) => _form switch
    {
        1 => Stroke.Rectangle(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
        2 => [new(x, y - r * 1.25), new(x + r * 1.15, y + r * 0.85), new(x - r * 1.15, y + r * 0.85)],
        3 => [new(x, y - r * 1.35), new(x + r * 1.35, y), new(x, y + r * 1.35), new(x - r * 1.35, y)],
        4 => [new(x, y + r * 1.25), new(x + r * 1.15, y - r * 0.85), new(x - r * 1.15, y - r * 0.85)],
        _ =>
        [
            new(x - r * 0.4, y - r * 1.2), new(x + r * 0.4, y - r * 1.2), new(x + r * 0.4, y - r * 0.4),
            new(x + r * 1.2, y - r * 0.4),
            new(x + r * 1.2, y + r * 0.4), new(x + r * 0.4, y + r * 0.4), new(x + r * 0.4, y + r * 1.2),
            new(x - r * 0.4, y + r * 1.2),
            new(x - r * 0.4, y + r * 0.4), new(x - r * 1.2, y + r * 0.4), new(x - r * 1.2, y - r * 0.4),
            new(x - r * 0.4, y - r * 0.4),
        ],
    };

    /// <summary>A bar in the series' ink and hatching.</summary>
    public void Bar(
        Sheet sheet, double x, double y, double width, double height, string kind = "bar", string? hint = null)
    {
        sheet.Add(new Box(x, y, width, height, Ink) { Kind = kind, Hint = hint });
        var lines = Hatching(x, y, width, height).ToArray();
        if (lines.Length > 0)
            sheet.Add(new Curve(lines, Closed: false) { Stroke = Ink.Paper, Width = 0.8, Kind = "hatch" });
    }

    private IEnumerable<Spot[]> Hatching(double x, double y, double width, double height) => _form switch
    {
        1 => Diagonals(x, y, width, height, up: true, 7),
        2 => Diagonals(x, y, width, height, up: false, 7),
        3 => Enumerable.Range(1, (int)(height / 5)).Where(
            k => k * 5 < height).Select(k => new Spot[] { new(x, y + k * 5), new(x + width, y + k * 5) }),
        4 => Diagonals(x, y, width, height, up: true, 8).Concat(Diagonals(x, y, width, height, up: false, 8)),
        5 => Enumerable.Range(1, (int)(width / 4)).Where(
            k => k * 4 < width).Select(k => new Spot[] { new(x + k * 4, y), new(x + k * 4, y + height) }),
        _ => [],
    };

    // Lines x + y = c (upwards) or x − y = c, cut at the rectangle; c from a common origin, so that neighbours match.
    private static IEnumerable<Spot[]> Diagonals(double x, double y, double width, double height, bool up, double gap)
    {
        double sign = up ? 1 : -1;
        double least = up ? x + y : x - y - height, most = up ? x + width + y + height : x + width - y;
        for (double c = Math.Ceiling(least / gap) * gap; c < most; c += gap)
        {
            double from = Math.Max(x, up ? c - y - height : c + y),
                to = Math.Min(x + width, up ? c - y : c + y + height);
            if (to > from) yield return [new(from, sign * (c - from)), new(to, sign * (c - to))];
        }
    }
}
