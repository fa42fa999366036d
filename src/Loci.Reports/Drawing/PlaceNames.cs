namespace Loci.Reports.Drawing;

/// <summary>The names of places along the bottom of a plot.</summary>
internal static class PlaceNames
{
    private const double Size = 11.5;

    // Every how many places a name may stand: steps that people count in.
    private static readonly int[] s_steps = [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 100, 200, 500, 1000];

    /// <summary>
    /// Names places, leaving out those that would touch, and below them the axis; returns the lower edge.
    /// </summary>
    public static double Write(
        Sheet sheet, double left, double right, double top, IReadOnlyList<(double X, string Text)> places, string axis)
    {
        int every = s_steps.FirstOrDefault(Fits, Math.Max(1, places.Count));
        for (int at = 0; at < places.Count; at += every)
        {
            double half = Typeface.Measure(places[at].Text, Size) / 2;
            sheet.Write(
                Math.Clamp(places[at].X, half, sheet.Width - half), top + 17, places[at].Text, Ink.Muted,
                TextAnchor.Middle,
                size: Size);
        }
        double y = top + 36;
        foreach (string line in Typeface.Wrap(axis, Sheet.TextSize, strong: false, right - left))
        {
            sheet.Write((left + right) / 2, y, line, Ink.Muted, TextAnchor.Middle);
            y += 16;
        }
        return y - 12;

        bool Fits(int step)
        {
            for (int at = step; at < places.Count; at += step)
            {
                double halves =
                    (Typeface.Measure(places[at].Text, Size) + Typeface.Measure(places[at - step].Text, Size)) / 2;
                if (halves + 6 > places[at].X - places[at - step].X) return false;
            }
            return true;
        }
    }
}
