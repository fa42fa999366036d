using Loci.Reports.Drawing;

namespace Loci.Reports.Figures;

/// <summary>How often values fall between edges.</summary>
public sealed record Histogram : Figure
{
    /// <summary>What the values are, with the unit.</summary>
    public required string AcrossLabel { get; init; }

    /// <summary>How the edges are written.</summary>
    public NumberFormat AcrossFormat { get; init; }

    /// <summary>Edges of the bins, ascending, one more than there are counts.</summary>
    public required IReadOnlyList<double> Edges { get; init; }

    /// <summary>Values in each bin, the lower edge included.</summary>
    public required IReadOnlyList<double> Counts { get; init; }

    /// <summary>The counts' axis.</summary>
    public Axis Axis { get; init; } = new("count");

    /// <summary>
    /// Every bin has the same width on the sheet, whatever its edges: for edges that grow by factors.
    /// </summary>
    public bool EvenBins { get; init; }

    /// <inheritdoc/>
    public override Table Numbers() => new(Title, [new(AcrossLabel), new(Axis.Label, true)],
        [.. Counts.Select((count, k) => (IReadOnlyList<string>)[Bin(k), Axis.Format.Write(count)])]);

    private string Bin(int k) => $"{AcrossFormat.Write(Edges[k])} to {AcrossFormat.Write(Edges[k + 1])}";

    internal override double DrawOn(Sheet sheet, double top)
    {
        if (Edges.Count != Counts.Count + 1)
            throw new ArgumentException($"{Counts.Count} counts between {Edges.Count} edges", nameof(sheet));
        var scale = new Scale(Axis, Counts, zero: true, sheet.IsRoomy ? 6 : 5);
        var frame = new Frame(sheet, top, 16, Axis, scale);
        double At(int edge) => frame.Left + (frame.Right - frame.Left) * (EvenBins
            ? edge / (double)Math.Max(1, Counts.Count)
            : (Edges[edge] - Edges[0]) / (Edges[^1] - Edges[0]));
        var pen = new Pen(0);
        for (int k = 0; k < Counts.Count; k++)
        {
            if (!scale.Takes(Counts[k])) continue;
            double foot = scale.At(scale.Foot), head = scale.At(Counts[k]);
            pen.Bar(
                sheet, At(k) + 0.5, head, Math.Max(0.5, At(k + 1) - At(k) - 1), foot - head,
                hint: $"{Bin(k)}: {Axis.Format.Write(Counts[k])}");
        }
        frame.Floor();
        return frame.Below([.. Edges.Select((edge, k) => (At(k), AcrossFormat.Write(edge)))], AcrossLabel);
    }
}
