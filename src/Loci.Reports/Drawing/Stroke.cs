namespace Loci.Reports.Drawing;

/// <summary>
/// Lines as areas: what a pen of some width covers, all turning the same way so that overlaps add up.
/// </summary>
internal static class Stroke
{
    private const int Corners = 40;

    public static Spot[] Circle(Spot centre, double radius) =>
    [
        .. Enumerable.Range(0, Corners).Select(k => Math.Tau * k / Corners)
            .Select(angle => new Spot(centre.X + radius * Math.Cos(angle), centre.Y + radius * Math.Sin(angle))),
    ];

    public static Spot[] Rectangle(double x, double y, double width, double height) =>
        [new(x, y), new(x + width, y), new(x + width, y + height), new(x, y + height)];

    /// <summary>The areas of the strokes of a path: a bar for each straight part, a disc where two meet.</summary>
    public static List<Spot[]> Outline(Curve curve)
    {
        var areas = new List<Spot[]>();
        foreach (var line in curve.Lines)
        {
            Spot[] whole = curve.Closed ? [.. line, line[0]] : line;
            foreach (var part in curve.Dash.Count == 0 ? [whole] : Dashes(whole, curve.Dash))
                for (int at = 1; at < part.Length; at++)
                {
                    if (Bar(part[at - 1], part[at], curve.Width) is { } bar) areas.Add(bar);
                    if (curve.Width > 1 && (at + 1 < part.Length || curve.Closed))
                        areas.Add(Circle(part[at], curve.Width / 2));
                }
        }
        return areas;
    }

    private static Spot[]? Bar(Spot a, Spot b, double width)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, length = Math.Sqrt(dx * dx + dy * dy);
        if (length == 0) return null;
        double nx = -dy / length * width / 2, ny = dx / length * width / 2;
        return [new(a.X - nx, a.Y - ny), new(b.X - nx, b.Y - ny), new(b.X + nx, b.Y + ny), new(a.X + nx, a.Y + ny)];
    }

    private static IEnumerable<Spot[]> Dashes(Spot[] line, IReadOnlyList<double> lengths)
    {
        int phase = 0;
        double left = lengths[0];
        var drawn = new List<Spot> { line[0] };
        for (int at = 1; at < line.Length; at++)
        {
            var (from, to) = (line[at - 1], line[at]);
            double length = Math.Sqrt(Math.Pow(to.X - from.X, 2) + Math.Pow(to.Y - from.Y, 2)), gone = 0;
            while (length - gone > left)
            {
                gone += left;
                var spot = new Spot(from.X + (to.X - from.X) * gone / length, from.Y + (to.Y - from.Y) * gone / length);
                if (phase % 2 == 0)
                {
                    drawn.Add(spot);
                    yield return [.. drawn];
                }
                drawn = [spot];
                left = lengths[++phase % lengths.Count];
            }
            left -= length - gone;
            if (phase % 2 == 0) drawn.Add(to);
        }
        if (phase % 2 == 0 && drawn.Count > 1) yield return [.. drawn];
    }
}
