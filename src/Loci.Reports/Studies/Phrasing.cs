using Loci.Reports.Figures;
using Loci.Studies.Statistics;

namespace Loci.Reports.Studies;

/// <summary>What numbers allow one to say.</summary>
internal static class Phrasing
{
    /// <summary>
    /// 1: the whole interval of <paramref name="a"/> lies above that of <paramref name="b"/>; −1: below; 0: they
    /// overlap, or one is missing.
    /// </summary>
    /// <remarks>Intervals that do not overlap are a stricter test than a difference at 95 %.</remarks>
    public static int Compare(Estimate a, Estimate b) => a.Low > b.High ? 1 : a.High < b.Low ? -1 : 0;

    /// <summary>The same against a number.</summary>
    public static int Compare(Estimate a, double b) => a.Low > b ? 1 : a.High < b ? -1 : 0;

    /// <summary>Words for the three cases.</summary>
    public static string Say(int sign, string above, string below, string neither) =>
        sign > 0 ? above : sign < 0 ? below : neither;

    /// <summary>A share in running text.</summary>
    public static string Percent(double value) => NumberFormat.Percent.Write(value);

    /// <summary>A share with its interval in running text.</summary>
    public static string Percent(Estimate value) => With(NumberFormat.Percent, value);

    /// <summary>A difference of shares with its interval in running text.</summary>
    public static string Points(Estimate value) => With(NumberFormat.Points, value);

    /// <summary>A number with its interval in running text.</summary>
    public static string Plain(Estimate value) => With(NumberFormat.Plain, value);

    private static string With(NumberFormat format, Estimate value) => double.IsNaN(value.Value)
        ? "not measured"
        : double.IsNaN(value.Low) ? $"{format.Write(value.Value)} (no interval: nothing in the sample is independent)"
        : $"{format.Write(value.Value)} ({format.Write(value.Low)} to {format.Write(value.High)})";
}
