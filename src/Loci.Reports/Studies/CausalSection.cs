using Loci.Atlas;
using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Causal;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>What cells cause: not in the paper.</summary>
public static class CausalSection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(CausalCheckResult result, Subject subject, OnNulls<CausalCheckResult>? nulls)
    {
        var (direct, total, everywhere) =
            (All(result, CausalPlace.Triggers, CausalPath.Direct), All(result, CausalPlace.Triggers, CausalPath.Total),
                All(result, CausalPlace.Everywhere, CausalPath.Total));
        string n = $"{total.Logit.Cell.Count:N0} cells, {result.Parameters.Triggers} triggers";
        List<Comparison> comparisons =
        [
            new("own token's logit, direct, nats", direct.Logit.Cell, NumberFormat.Plain, n),
            new("own token's logit, total", total.Logit.Cell, NumberFormat.Plain, n),
            new("the same, matched cells", total.Logit.Matched, NumberFormat.Plain, n),
            new("difference", total.Logit.Difference, NumberFormat.Plain, n),
            new("loss saved at triggers, nats", total.Loss.Cell, NumberFormat.Plain, n),
            new("loss saved at triggers, beyond matched cells", total.Loss.Difference, NumberFormat.Plain, n),
            new("predictions that change at triggers", total.Changed.Cell, NumberFormat.Percent, n),
            new("loss saved everywhere, nats", everywhere.Loss.Cell, NumberFormat.Plain,
                $"{everywhere.Loss.Cell.Count:N0} cells, {result.Parameters.RandomPrefixes} prefixes"),
        ];
        if (nulls is not null)
        {
            foreach (var (name, of) in ((string, CausalCheckResult)[])
                [("the same model over fewer sentences", nulls.Sample), ("random weights", nulls.RandomWeights)])
            {
                comparisons.Add(Null("own token's logit", name, Total(of).Logit.Difference));
                comparisons.Add(Null("loss saved at triggers", name, Total(of).Loss.Difference));
            }
        }
        return new()
        {
            Name = "causal",
            Title = "Do cells cause what their values say?",
            What =
                "A cell is set to zero at its strongest triggers and the model run again, beside cells of the same "
                + "layer that write as much; effects are on the token its value promotes most, and on the loss.",
            Figures =
            [
                Figure("causal-logit", "What a cell adds to its own token's logit at its triggers", "nats", result,
                    subject, e => e.Logit, nulls),
                Figure("causal-loss", "Loss of the next token that a cell saves at its triggers", "nats", result,
                    subject, e => e.Loss, nulls),
            ],
            Comparisons = comparisons,
            InShort = true,
            Means = Means(total, nulls),
            CannotShow =
                "That a cell adds to the logit of the token its own value promotes follows from how the token is "
                + "chosen; what speaks for a memory is what remains beyond matched cells, at prefixes chosen for its "
                + "activation.",
            Details = [Table(result), Strongest(result, subject)],
        };
    }

    /// <summary>What the nulls are held against.</summary>
    internal static IEnumerable<NullRow> BesideNulls(OnNulls<CausalCheckResult> nulls) =>
    [
        NullRow.Of("own token's logit beyond matched cells, nats", null, nulls, r => Total(r).Logit.Difference,
            NumberFormat.Plain),
        NullRow.Of("loss saved beyond matched cells, nats", null, nulls, r => Total(r).Loss.Difference,
            NumberFormat.Plain),
    ];

    private static CausalEffect Total(CausalCheckResult result) => All(result, CausalPlace.Triggers, CausalPath.Total);

    /// <summary>Cells by what they cause.</summary>
    internal static IEnumerable<CellChoice> Kinds(CausalCheckResult result, AtlasFile atlas) =>
    [
        new("Strongest effect",
            "Set to zero at its triggers, it takes most from its own token's logit, the model run again.",
            result.Cells.Where(c => !double.IsNaN(c.Total)).OrderByDescending(c => c.Total).Select(c => c.Cell)),
    ];

    private static Comparison Null(string what, string name, Estimate effect) => new(
        $"{what}, beyond matched cells, {name}", effect, NumberFormat.Plain, $"{effect.Count:N0} cells");

    internal static CausalEffect All(CausalCheckResult result, CausalPlace place, CausalPath path) =>
        result.Effects.Single(e => e.Layer is null && e.Place == place && e.Path == path
            && e.Ablation == Ablation.Zero);

    private static IEnumerable<CausalEffect> Layers(CausalCheckResult result) =>
        result.Effects.Where(
            e =>
                e is { Layer: not null, Place: CausalPlace.Triggers, Path: CausalPath.Total, Ablation: Ablation.Zero });

    private static BarPlot Figure(
        string name, string title, string axis, CausalCheckResult result, Subject subject,
        Func<CausalEffect, CausalComparison> of, OnNulls<CausalCheckResult>? nulls) => new()
        {
            Name = name,
            Title = title,
            Description = $"{title}: total effect by layer, beside matched cells.",
            AcrossLabel = "layer",
            Categories = subject.LayerNames,
            Axis = new(axis),
            Series =
            [
                subject.Series("the cell", Layers(result), e => e.Layer!.Value, e => of(e).Cell),
                subject.Series("matched cells", Layers(result), e => e.Layer!.Value, e => of(e).Matched),
            ],
            Null = nulls is null
                ? null
                : subject.Series("the cell, random weights", Layers(nulls.RandomWeights), e => e.Layer!.Value,
                    e => of(e).Cell.Value),
        };

    private static string Means(CausalEffect total, OnNulls<CausalCheckResult>? nulls)
    {
        string logit = Say(
            Compare(total.Logit.Difference, 0),
            $"At its triggers a cell adds {Plain(total.Logit.Difference)} nats more to its own token than matched "
            + $"cells do",
            $"At its triggers a cell adds {Plain(total.Logit.Difference)} nats to its own token beside matched "
            + $"cells: less than they", "At its triggers a cell adds no more to its own token than matched cells do");
        string loss = Say(
            Compare(total.Loss.Difference, 0),
            $"and saves {Plain(total.Loss.Difference)} nats more of the next token's loss, so that the model gains "
            + $"by it there",
            $"but saves less of the next token's loss, {Plain(total.Loss.Difference)} nats",
            "but that it saves more of the next token's loss is not established");
        if (nulls is null) return $"{logit}, {loss}.";
        var (sample, random) = (All(nulls.Sample, CausalPlace.Triggers, CausalPath.Total),
            All(nulls.RandomWeights, CausalPlace.Triggers, CausalPath.Total));
        string own = Say(
            Compare(sample.Logit.Difference, random.Logit.Difference),
            "with random weights it adds less to its own token",
            "with random weights it adds even more to its own token, so that this is no sign of training",
            "with random weights it adds as much to its own token, so that this is no sign of training");
        string use = Say(
            Compare(random.Loss.Difference, 0), "saves loss, too", "costs loss", "saves no measurable loss");
        return $"{logit}, {loss}; {own}, and {use}.";
    }

    private static Table Table(CausalCheckResult result) => new(
        "Effects over all layers: cell, matched cells, and the paired difference",
        [new("where"), new("set to"), new("path"), new("own token's logit", true), new("matched", true),
            new("difference", true), new("loss saved", true), new("difference", true),
            new("predictions changed", true)],
        [.. result.Effects.Where(e => e.Layer is null).Select(e => (IReadOnlyList<string>)
        [
            e.Place.ToString().ToLowerInvariant(), e.Ablation.ToString().ToLowerInvariant(),
            e.Path.ToString().ToLowerInvariant(),
            NumberFormat.Plain.Write(e.Logit.Cell.Value), NumberFormat.Plain.Write(e.Logit.Matched.Value),
            Plain(e.Logit.Difference),
            NumberFormat.Plain.Write(e.Loss.Cell.Value), Plain(e.Loss.Difference), Percent(e.Changed.Cell.Value),
        ])]);

    private static Table Strongest(CausalCheckResult result, Subject subject) => new(
        "Cells that add most to their own token at their triggers",
        [new("cell"), new("token"), new("direct", true), new("total", true), new("matched, total", true),
            new("loss saved", true)],
        [.. result.Cells.OrderByDescending(c => c.Total).Take(20).Select(c => (IReadOnlyList<string>)
        [
            $"{c.Cell}", $"«{subject.Token(c.Token)}»", NumberFormat.Plain.Write(c.Direct, 2),
            NumberFormat.Plain.Write(c.Total, 2), NumberFormat.Plain.Write(c.MatchedTotal, 2),
            NumberFormat.Plain.Write(c.Loss, 2),
        ])]);
}
