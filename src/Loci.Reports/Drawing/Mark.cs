namespace Loci.Reports.Drawing;

/// <summary>A place on the sheet, in pixels at 96 to the inch, y downwards.</summary>
internal readonly record struct Spot(double X, double Y);

/// <summary>Where a label's spot lies within its text.</summary>
internal enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>One thing drawn. Marks lie over those before them.</summary>
internal abstract record Mark
{
    /// <summary>What it stands for: <c>bar</c>, <c>point</c>, <c>line</c>, <c>band</c>, <c>interval</c>, …</summary>
    public string Kind { get; init; } = "";

    /// <summary>What it says to who points at it.</summary>
    public string? Hint { get; init; }
}

/// <summary>Connected lines, filled, drawn, or both.</summary>
/// <param name="Lines">Each from spot to spot.</param>
/// <param name="Closed">The last spot of each joins the first.</param>
internal sealed record Curve(IReadOnlyList<Spot[]> Lines, bool Closed) : Mark
{
    public Curve(Spot[] line, bool closed) : this([line], closed) { }

    public Ink Fill { get; init; }
    public double Opacity { get; init; } = 1;
    public Ink Stroke { get; init; }
    public double Width { get; init; } = 1;

    /// <summary>Lengths drawn and left out in turn; empty: drawn throughout.</summary>
    public IReadOnlyList<double> Dash { get; init; } = [];
}

/// <summary>A filled rectangle.</summary>
internal sealed record Box(double X, double Y, double Width, double Height, Ink Fill) : Mark;

/// <summary>A disc with an outline.</summary>
internal sealed record Disc(double X, double Y, double Radius, Ink Fill, Ink Stroke, double Width) : Mark;

/// <summary>One line of text on its base line.</summary>
internal sealed record Label(double X, double Y, string Text, double Size, Ink Ink, TextAnchor Anchor, bool Strong)
    : Mark;
