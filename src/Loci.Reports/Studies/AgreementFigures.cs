using Loci.Memory.Recall;
using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Values;

namespace Loci.Reports.Studies;

/// <summary>The paper's Figures 4 to 6.</summary>
internal sealed class AgreementFigures(ValueAgreementResult result, Subject subject)
{
    /// <summary>Figure 4.</summary>
    public LinePlot ByLayer(OnNulls<ValueAgreementResult>? nulls)
    {
        List<Series> series = [
            Agreement(subject.Gated ? "folded, + pole" : "folded readout", result, Readout.Folded, Pole.Positive)];
        if (subject.Gated) series.Add(Agreement("folded, − pole", result, Readout.Folded, Pole.Negative));
        else series.Add(Agreement("raw readout", result, Readout.Raw, Pole.Positive));
        series.Add(subject.Series("paired at random", Rows(result, Readout.Folded, Pole.Positive), l => l.Layer,
            l => l.Nulls.Next.Cells == 0 ? null : l.Nulls.Next.Expected / l.Nulls.Next.Cells));
        if (nulls is not null)
            series.Add(Agreement("random weights", nulls.RandomWeights, Readout.Folded, Pole.Positive));
        return new()
        {
            Name = "agreement",
            Title = "Cells whose value predicts the token after their strongest trigger",
            Description = "The share of agreeing cells by layer, with what chance gives.",
            AcrossLabel = "layer",
            Across = subject.LayerPlaces,
            Axis = new("share of cells (%)", NumberFormat.Percent, Min: 0),
            Series = series,
        };
    }

    /// <summary>Figure 5.</summary>
    public LinePlot Ranks() => new()
    {
        Name = "agreement-ranks",
        Title = "Rank of that token in the value's distribution: median, and quartiles as a band",
        Description =
            "The rank of the next token by layer, with the rank of the next token of another cell's trigger beside "
            + "it; 1 is best.",
        AcrossLabel = "layer",
        Across = subject.LayerPlaces,
        Axis = new("rank, 1 is best", Log: true),
        Series =
        [
            Rank("own next token", l => l.Rank),
            Rank("another cell's", l => l.ShuffledRank),
        ],
    };

    /// <summary>Figure 6.</summary>
    public BarPlot Confidence()
    {
        var curve = result.Confidence.Single(c => c.Readout == Readout.Folded);
        int bins = Math.Max(curve.ByProbability.Count, curve.ByZScore.Count);
        return new()
        {
            Name = "confidence",
            Title = "Agreement by how sure the value is",
            Description =
                "Cells in tenths from the least to the most confident value, and the share of each tenth that agrees.",
            AcrossLabel = "tenth of the cells, the surest last",
            Categories = [.. Enumerable.Range(1, bins).Select(k => $"{k}")],
            Axis = new("share of cells (%)", NumberFormat.Percent, Min: 0),
            Series =
            [
                new("by max(p)", [.. curve.ByProbability.Select(bin => (Plotted?)bin.Agreement)]),
                new("by the top logit's z-score", [.. curve.ByZScore.Select(bin => (Plotted?)bin.Agreement)]),
            ],
        };
    }

    /// <summary>Table 2 over all cells with something to show.</summary>
    public Histogram Precision()
    {
        var histogram = result.Precision.Single(p => p.Readout == Readout.Folded).Histogram;
        int none = histogram[0];
        int[] some = [.. histogram.Skip(1)];
        return new()
        {
            Name = "precision",
            Title =
                $"Precision@50 of the {some.Sum():N0} cells that predict any of their triggers; {none:N0} more "
                + $"predict none",
            Description = "How many cells predict up to a tenth of their top 50 triggers, up to two tenths, and so on.",
            AcrossLabel = "share of the triggers that the value predicts (%)",
            AcrossFormat = NumberFormat.Percent,
            Edges = [.. Enumerable.Range(0, 11).Select(k => k / 10.0)],
            Counts = [.. some.Select(count => (double)count)],
            Axis = new("cells"),
        };
    }

    private static IEnumerable<LayerValues> Rows(ValueAgreementResult of, Readout readout, Pole pole) =>
        of.Layers.Where(l => l.Readout == readout && l.Pole == pole);

    private Series Agreement(string name, ValueAgreementResult of, Readout readout, Pole pole) =>
        subject.Series(name, Rows(of, readout, pole), l => l.Layer, l => l.Agreement);

    private Series Rank(string name, Func<LayerValues, RankSummary> of) => subject.Series(
        name, Rows(result, Readout.Folded, Pole.Positive), l => l.Layer,
        l => new(of(l).Ranks.Median, of(l).Ranks.First, of(l).Ranks.Third));
}
