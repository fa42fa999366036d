using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Removal;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>Which token a cell looks at: the paper's Figure 3.</summary>
public static class RemovalSection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(TokenRemovalResult result, Subject subject, OnNulls<TokenRemovalResult>? nulls)
    {
        var last = Change(result, row => row.Last);
        var (first, random) = (Change(result, row => row.First), Change(result, row => row.Random));
        string n = $"{last.Count:N0} cells, {result.Parameters.Triggers} triggers";
        List<Comparison> comparisons =
        [
            new("without the last token", last, NumberFormat.Percent, n),
            .. ((bool[])[false, true]).Select(upper => Half(result, subject, upper)),
            new("without the first token", first, NumberFormat.Percent, n, "up to ≈ −25 %", "Figure 3"),
            new("without a random token", random, NumberFormat.Percent, n, "up to ≈ −25 %", "Figure 3"),
            new("cells that lose most without the last token", TokenRemoval.LastCostsMost(result.Rows),
                NumberFormat.Percent, n),
        ];
        if (nulls is not null)
        {
            comparisons.Add(Null("random weights", nulls.RandomWeights));
            comparisons.Add(Null("shuffled text", nulls.ShuffledText));
        }
        return new()
        {
            Name = "removal",
            Title = "Which token does a cell look at?",
            What =
                "One token is taken out of a trigger, and the cell's coefficient is read again at the last token of "
                + "what is left. "
                + "Percentiles come from the atlas's histogram, whose bins are powers of two: exact at their "
                + "borders, spread evenly between.",
            Figures = [Figure(
                "removal", "Change of the coefficient without one token", "relative change (%)", result, subject,
                effect => effect.Relative,
                nulls is null
                    ? null
                    : subject.Series("without the last, random weights", nulls.RandomWeights.Layers, l => l.Layer,
                        l => l.Last.Relative.Value)),
                Figure(
                    "removal-percentile",
                    "Change of the coefficient's percentile among all the cell's own, to within powers of two",
                    "change (percentage points)", result, subject, effect => effect.Percentile, null,
                    NumberFormat.Points)],
            Comparisons = comparisons,
            InShort = true,
            Means = Means(last, first, random, nulls),
            CannotShow =
                "What is left is a text of its own whose tokens have moved up by one place: an effect of position or "
                + "of a broken phrase cannot be told from the token's own."
                + (result.OneToken > 0 ? $" {result.OneToken:N0} triggers of one token are left out." : ""),
        };
    }

    /// <summary>The mean relative change, one number a cell.</summary>
    internal static Estimate Change(TokenRemovalResult result, Func<RemovedTrigger, RemovalChange> of,
        Func<int, bool>? layers = null) =>
        TokenRemoval.Effect([.. result.Rows.Where(row => layers?.Invoke(row.Cell.Layer) ?? true)], of).Relative;

    /// <summary>What the nulls are held against.</summary>
    internal static IEnumerable<NullRow> BesideNulls(OnNulls<TokenRemovalResult> nulls) =>
        [NullRow.Of("change without the last token", null, nulls, r => Change(r, row => row.Last))];

    private static Comparison Half(TokenRemovalResult result, Subject subject, bool upper)
    {
        var change = Change(result, row => row.Last, layer => subject.Upper(layer) == upper);
        return new(
            $"without the last token, {(upper ? "upper" : "lower")} half", change, NumberFormat.Percent,
            $"{change.Count:N0} cells, {subject.Half(upper)}",
            upper ? "layers 11–16: ≈ −20 to −40 %" : "layers 1–10: ≈ −60 % or more", "Figure 3");
    }

    private static Comparison Null(string name, TokenRemovalResult of)
    {
        var change = Change(of, row => row.Last);
        return new($"without the last token, {name}", change, NumberFormat.Percent,
            $"{change.Count:N0} cells, {of.Parameters.Triggers} triggers");
    }

    private static BarPlot Figure(
        string name, string title, string axis, TokenRemovalResult result, Subject subject,
        Func<RemovalEffect, Estimate> of, Series? chance,
        NumberFormat format = NumberFormat.Percent) => new()
        {
            Name = name,
            Title = title,
            Description = $"Bars for each layer: without the first token, a random one, the last one. {title}.",
            AcrossLabel = "layer",
            Categories = subject.LayerNames,
            Axis = new(axis, format),
            Series =
            [
                subject.Series("first token", result.Layers, l => l.Layer, l => of(l.First)),
                subject.Series("random token", result.Layers, l => l.Layer, l => of(l.Random)),
                subject.Series("last token", result.Layers, l => l.Layer, l => of(l.Last)),
            ],
            Null = chance,
        };

    private static string Means(Estimate last, Estimate first, Estimate random, OnNulls<TokenRemovalResult>? nulls)
    {
        bool most = Compare(last, first) < 0 && Compare(last, random) < 0;
        string which = most
            ? $"The last token matters most: without it the coefficient changes by {Percent(last)}, without a random "
            + $"one by {Percent(random)}"
            : $"The last token is not established to matter most: without it the coefficient changes by "
            + $"{Percent(last)}, without the first by {Percent(first)}, without a random one by {Percent(random)}";
        if (nulls is null) return which + ".";
        var (sample, chance) = (Change(nulls.Sample, row => row.Last), Change(nulls.RandomWeights, row => row.Last));
        return which + Say(
            Compare(sample, chance),
            "; with random weights it matters more still, so that this alone shows no learning.",
            "; it matters more than with random weights, where part of the stream is the last token's embedding, too.",
            "; it matters as much with random weights, so that this alone shows no learning.");
    }
}
