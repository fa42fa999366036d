using Loci.Reports.Drawing;
using Loci.Studies.Statistics;

namespace Loci.Reports.Figures;

/// <summary>
/// A figure as plain data: what it shows, not how. It can be drawn at any width, and told as a table.
/// </summary>
public abstract record Figure
{
    /// <summary>File name without extension: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>What the figure is of, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>What a person sees who cannot see it, in a sentence or two.</summary>
    public required string Description { get; init; }

    /// <summary>The numbers of the figure, for those who would rather read them.</summary>
    public abstract Table Numbers();

    /// <summary>
    /// Draws the figure below <paramref name="top"/>, in the width of the sheet, and returns its lower edge.
    /// </summary>
    internal abstract double DrawOn(Sheet sheet, double top);
}

/// <summary>A value as it is drawn: a number alone, or a study's estimate with its confidence interval.</summary>
/// <param name="Value">The value; one that is not finite counts as missing.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Over">
/// What the interval is over, in words: «100 stretches of text»; null: each observation by itself.
/// </param>
public readonly record struct Plotted(double Value, double? Low = null, double? High = null, string? Over = null)
{
    /// <summary>A value whose uncertainty is not known.</summary>
    public static implicit operator Plotted(double value) => new(value);

    /// <summary>What a study measured.</summary>
    public static implicit operator Plotted(Estimate estimate) =>
        new(estimate.Value, estimate.Low, estimate.High, Units(estimate));

    private static string? Units(Estimate estimate) => estimate.Units == 0 ? null : estimate.Unit switch
    {
        SampleUnit.Cells => $"{estimate.Units:N0} cells",
        SampleUnit.Text => $"{estimate.Units:N0} stretches of text",
        SampleUnit.CellsAndText => $"cells × stretches of text, {estimate.Units:N0} of the fewer",
        _ => null,
    };

    internal (double Low, double High)? Interval =>
        Low is { } low && High is { } high && double.IsFinite(low) && double.IsFinite(high) ? (low, high) : null;

    internal static Plotted? Known(Plotted? plotted) =>
        plotted is { } known && double.IsFinite(known.Value) ? known : null;

    internal static IEnumerable<double> Extent(IEnumerable<Plotted?> values) => values
        .Select(Known).OfType<Plotted>()
        .SelectMany(e => e.Interval is { } interval ? new[] { e.Value, interval.Low, interval.High } : [e.Value]);
}

/// <summary>One named row of values.</summary>
/// <param name="Name">What is measured, short enough to stand beside its line.</param>
/// <param name="Values">One for each place on the other axis; null: not measured.</param>
public sealed record Series(string Name, IReadOnlyList<Plotted?> Values);

/// <summary>A named height, drawn across the figure: chance, the paper's value.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Value">Its height.</param>
public sealed record ReferenceLine(string Name, double Value);

/// <summary>An axis of values.</summary>
/// <param name="Label">What it measures, with the unit.</param>
/// <param name="Format">How its numbers are written.</param>
/// <param name="Min">Where it begins; null: where the values do.</param>
/// <param name="Max">Where it ends; null: where the values do.</param>
/// <param name="Log">
/// Powers of <paramref name="LogBase"/> at equal distances; values must be positive, others count as missing.
/// </param>
/// <param name="LogBase">10, or 2 for what doubles.</param>
public sealed record Axis(
    string Label, NumberFormat Format = NumberFormat.Plain, double? Min = null, double? Max = null, bool Log = false,
    int LogBase = 10);
