using System.Globalization;

namespace Loci.Reports.Figures;

/// <summary>How numbers are written.</summary>
public enum NumberFormat
{
    /// <summary>As they are.</summary>
    Plain,

    /// <summary>Shares of one as per cent.</summary>
    Percent,

    /// <summary>
    /// Differences of two shares as percentage points, «pp»: 30 % after 20 % is 10 pp more, not 10 %.
    /// </summary>
    Points,
}

/// <summary>Numbers as a person reads them, the same in every country: a true minus, thin spaces, never NaN.</summary>
public static class Numbers
{
    /// <summary>
    /// A number: three significant digits, per cents with one or two digits after the point, or as many decimals as
    /// asked for; a dash where it is not finite.
    /// </summary>
    public static string Write(this NumberFormat format, double value, int? decimals = null)
    {
        if (!double.IsFinite(value)) return "–";
        double shown = format.IsOfShares() ? value * 100 : value;
        int places = decimals ?? (format.IsOfShares() ? PercentPlaces(shown) : Places(shown));
        string text = places < 0 ? shown.ToString("0.0e0", CultureInfo.InvariantCulture)
            : Math.Round(shown, Math.Min(places, 15)).ToString("N" + places, CultureInfo.InvariantCulture);
        if (text.StartsWith('-')) text = text.Any(c => c is >= '1' and <= '9') ? "−" + text[1..] : text[1..];
        return format switch { NumberFormat.Percent => text + "\u202f%", NumberFormat.Points => text + "\u202fpp", _ =>
            text };
    }

    /// <summary>The numbers are shares of one, or differences of them.</summary>
    internal static bool IsOfShares(this NumberFormat format) => format is NumberFormat.Percent or NumberFormat.Points;

    /// <summary>A value with its interval in brackets.</summary>
    public static string Write(this NumberFormat format, Plotted? value) =>
        Plotted.Known(value) is not { } known ? "–"
        : known.Interval is { } interval
        ? $"{format.Write(known.Value)} [{format.Write(interval.Low)}, {format.Write(interval.High)}]"
        : format.Write(known.Value);

    // One digit after the point, more only where nothing would be left; nobody reads the hundredth of a per cent.
    private static int PercentPlaces(double value) => Math.Abs(value) switch
    {
        0 or >= 100 => 0,
        < 1e-4 => -1,
        var size when Math.Abs(value - Math.Round(value)) < 1e-9 * size => 0,
        >= 1 => 1,
        var size => 1 - (int)Math.Floor(Math.Log10(size)),
    };

    // Three significant digits, no digits after the point from 100 on; −1: too small or too large to write out.
    private static int Places(double value) => Math.Abs(value) switch
    {
        0 => 0,
        < 1e-4 or >= 1e9 => -1,
        var size when Math.Abs(value - Math.Round(value)) < 1e-9 * size => 0,
        >= 100 => 0,
        var size => 2 - (int)Math.Floor(Math.Log10(size)),
    };
}
