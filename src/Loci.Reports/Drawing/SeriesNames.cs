namespace Loci.Reports.Drawing;

/// <summary>
/// The names of series: beside what they name where the sheet is roomy, otherwise in rows above the plot.
/// </summary>
internal static class SeriesNames
{
    private const double Swatch = 26, Gap = 16, Row = 18;

    /// <summary>Pixels that names beside the plot need; 0 on a narrow sheet.</summary>
    public static double Beside(Sheet sheet, IEnumerable<string> names) =>
        sheet.IsRoomy
            ? Math.Min(190, 28 + names.Select(name => Typeface.Measure(name, Sheet.TextSize)).DefaultIfEmpty().Max())
            : 0;

    /// <summary>Writes names beside the plot, near the heights they belong to, none over another.</summary>
    public static void WriteBeside(
        Sheet sheet, double x, double top, double bottom,
        IReadOnlyList<(double Y, string Name, Action<double, double> Swatch)> names)
    {
        const double apart = 16;
        var order = Enumerable.Range(0, names.Count).OrderBy(k => names[k].Y).ThenBy(k => k).ToArray();
        var y = order.Select(k => Math.Clamp(names[k].Y, top, bottom)).ToArray();
        for (int round = 0; round < 200; round++)
        {
            bool moved = false;
            for (int k = 1; k < y.Length; k++)
            {
                double overlap = apart - (y[k] - y[k - 1]);
                if (overlap <= 0.01) continue;
                (y[k - 1], y[k], moved) = (y[k - 1] - overlap / 2, y[k] + overlap / 2, true);
            }
            if (y.Length > 0 && y[^1] > bottom) (y[^1], moved) = (bottom, y.Length > 1 && moved);
            if (y.Length > 0 && y[0] < top) (y[0], moved) = (top, y.Length > 1 && moved);
            if (!moved) break;
        }
        for (int k = 0; k < y.Length; k++)
        {
            names[order[k]].Swatch(x + 11, y[k]);
            sheet.Write(x + 22, y[k] + 4, Typeface.Fit(names[order[k]].Name, Sheet.TextSize, sheet.Width - x - 24));
        }
    }

    /// <summary>
    /// Writes names in rows, each after its swatch, which is drawn about a spot; returns the lower edge.
    /// </summary>
    public static double WriteAbove(
        Sheet sheet, double top, IReadOnlyList<(string Name, Action<double, double> Swatch)> names)
    {
        if (names.Count == 0) return top;
        double x = 4, y = top + 10;
        foreach (var (name, swatch) in names)
        {
            string shown = Typeface.Fit(name, Sheet.TextSize, sheet.Width - 8 - Swatch);
            double width = Swatch + Typeface.Measure(shown, Sheet.TextSize);
            if (x > 4 && x + width > sheet.Width - 4) (x, y) = (4, y + Row);
            swatch(x + 10, y);
            sheet.Write(x + Swatch, y + 4, shown);
            x += width + Gap;
        }
        return y + Row - 4;
    }
}
