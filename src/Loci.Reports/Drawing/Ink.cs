namespace Loci.Reports.Drawing;

/// <summary>
/// What a stroke or an area is for; a palette says its colour. The series are those of Okabe and Ito in an order that
/// keeps neighbours apart, darkened on white and lightened on black until each stands 3 : 1 off the paper.
/// </summary>
internal enum Ink
{
    None,
    Paper,
    Text,
    Muted,
    Grid,
    Series1, Series2, Series3, Series4, Series5, Series6,

    // Nine steps from the paper to the strongest, of one hue, so that they order without colour vision.
    Heat0, Heat1, Heat2, Heat3, Heat4, Heat5, Heat6, Heat7, Heat8,
}

/// <summary>The colours of inks.</summary>
internal static class Palette
{
    /// <summary>Inks that lines, bars and points take in turn.</summary>
    public const int Series = 6;

    public const int HeatSteps = 9;

    private static readonly string[] s_light =
    [
        "#ffffff", "#1b1d21", "#5b6069", "#e2e4e8",
        "#0072b2", "#d55e00", "#009473", "#b8579a", "#9a6b00", "#3a8fc4",
        "#eef3f8", "#d3e3f0", "#b3d0e6", "#8cb9da", "#629fca", "#2f78ab", "#176a9f", "#07507f", "#04375a",
    ];

    private static readonly string[] s_dark =
    [
        "#15171b", "#eceef2", "#a7adb8", "#31353d",
        "#56b4e9", "#ff8a3d", "#2cc79d", "#e08fc4", "#e6b93d", "#9ed3f5",
        "#1d232b", "#1c3145", "#1a4160", "#1b537c", "#236899", "#3f8cc2", "#569bcc", "#84b9e0", "#bcdcf4",
    ];

    public static IEnumerable<Ink> All => Enum.GetValues<Ink>().Where(ink => ink != Ink.None);

    public static Ink ForSeries(int number) => Ink.Series1 + number % Series;

    public static Ink ForHeat(int step) => Ink.Heat0 + step;

    /// <summary>The colour on white paper, as <c>#rrggbb</c>.</summary>
    public static string Light(Ink ink) => s_light[(int)ink - 1];

    /// <summary>The colour on black paper.</summary>
    public static string Dark(Ink ink) => s_dark[(int)ink - 1];

    /// <summary>The name of the CSS variable that holds the colour.</summary>
    public static string Variable(Ink ink) => $"--ink-{ink.ToString().ToLowerInvariant()}";
}
