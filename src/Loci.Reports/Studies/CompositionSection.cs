using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Layers;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>Whether a layer says what one of its memories says: the paper's section 5.1, Figures 7 and 8.</summary>
public static class CompositionSection
{
    private const double NearlyAll = 0.9;

    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(CompositionResult result, Subject subject, OnNulls<CompositionResult>? nulls)
    {
        var rule = Rule(result);
        var pooled = Pooled(result, rule);
        string pairs = $"{pooled.ZeroAgreement.Count:N0} pairs of prefix and layer",
            prefixes = $"{result.Prefixes:N0} prefixes";
        List<Comparison> comparisons =
        [
            .. Enum.GetValues<ActiveRule>().Select(r => new Comparison(
                $"zero agreement, active: {Name(r)}", Pooled(result, r).ZeroAgreement, NumberFormat.Percent, pairs,
                r == ActiveRule.NonZero ? "≥ ≈ 68 % at every layer" : null,
                r == ActiveRule.NonZero ? "Figure 8" : null)),
            new("zero agreement with another prefix's prediction", pooled.ZeroAgreementByChance, NumberFormat.Percent,
                pairs),
            new("stop words where a memory agrees", pooled.StopAmongAgreeing, NumberFormat.Percent,
                $"{pooled.StopAmongAgreeing.Count:N0} pairs", "60 %", "section 5.1"),
            new("stop words among all predictions", pooled.StopPredictions, NumberFormat.Percent, pairs),
            new("prefixes under five tokens where a memory agrees", pooled.ShortAmongAgreeing, NumberFormat.Percent,
                $"{pooled.ShortAmongAgreeing.Count:N0} pairs", "43 %", "section 5.1"),
            new("prefixes under five tokens among all", result.Short, NumberFormat.Percent, prefixes),
            new("active cells, m ≠ 0", Mean(result, a => a.NonZero), NumberFormat.Percent,
                OfLayers(result, subject, a => a.NonZero), "10–50 %", "Figure 7"),
            new("active cells, those that carry 90 %", Mean(result, a => a.Carrying90), NumberFormat.Percent,
                OfLayers(result, subject, a => a.Carrying90)),
        ];
        if (nulls is not null)
            comparisons.Add(
                new("zero agreement, random weights", Pooled(nulls.RandomWeights, rule).ZeroAgreement,
                    NumberFormat.Percent, $"{nulls.RandomWeights.Prefixes:N0} prefixes, active: {Name(rule)}"));
        return new()
        {
            Name = "composition",
            Title = "Does a layer say what one of its memories says?",
            What =
                $"At {result.Prefixes:N0} random prefixes, whether the top token of a layer's output y is that of "
                + $"any active memory.",
            Figures = [Active(result, subject), Zero(result, subject, rule, nulls)],
            Comparisons = comparisons,
            InShort = true,
            Means = Means(pooled, rule),
            CannotShow =
                "That no single memory says what the layer says does not show how memories combine; and where most "
                + "cells are active, some memory agrees by their number alone, which is why chance stands beside.",
            Details = [ByLayer(result, rule)],
        };
    }

    /// <summary>What the nulls are held against.</summary>
    internal static IEnumerable<NullRow> BesideNulls(OnNulls<CompositionResult> nulls)
    {
        var rule = Rule(nulls.Sample);
        return [NullRow.Of("zero agreement", "zero agr.", nulls, r => Pooled(r, rule).ZeroAgreement)];
    }

    /// <summary>
    /// The rule that tells something: the paper's, or where nearly no coefficient is exactly zero, the cells that carry
    /// 90 %.
    /// </summary>
    internal static ActiveRule Rule(CompositionResult result) =>
        result.Activity.Average(a => a.NonZero.Value) > NearlyAll ? ActiveRule.Carrying90 : ActiveRule.NonZero;

    internal static PooledComposition Pooled(CompositionResult result, ActiveRule rule) =>
        result.Pooled.Single(p => p.Readout == Readout.Folded && p.Rule == rule);

    private static string Name(ActiveRule rule) => rule switch
    {
        ActiveRule.NonZero => "m ≠ 0",
        ActiveRule.Carrying99 => "carry 99 %",
        _ => "carry 90 %",
    };

    // Layers are not a sample of any: their mean has no interval, and their range is none.
    private static Plotted Mean(CompositionResult result, Func<LayerActivity, Estimate> of) =>
        result.Activity.Average(a => of(a).Value);

    private static string OfLayers(CompositionResult result, Subject subject, Func<LayerActivity, Estimate> of) =>
        $"mean of {subject.Layers} layers, {Percent(result.Activity.Min(a => of(a).Value))} to "
        + $"{Percent(result.Activity.Max(a => of(a).Value))}";

    private static LinePlot Active(CompositionResult result, Subject subject) => new()
    {
        Name = "active",
        Title = "Active cells of a layer",
        Description =
            "The share of cells with a coefficient other than zero, and of those that carry 99 and 90 per cent of "
            + "the layer's output.",
        AcrossLabel = "layer",
        Across = subject.LayerPlaces,
        Axis = new("share of cells (%)", NumberFormat.Percent, Min: 0),
        Series =
        [
            subject.Series("m ≠ 0", result.Activity, a => a.Layer, a => a.NonZero),
            subject.Series("m > 0", result.Activity, a => a.Layer, a => a.Positive),
            subject.Series("carry 99 %", result.Activity, a => a.Layer, a => a.Carrying99),
            subject.Series("carry 90 %", result.Activity, a => a.Layer, a => a.Carrying90),
        ],
    };

    private static LinePlot Zero(CompositionResult result, Subject subject, ActiveRule rule,
        OnNulls<CompositionResult>? nulls)
    {
        List<Series> series =
        [
            subject.Series("own prediction", Rows(result, rule), l => l.Layer, l => l.ZeroAgreement),
            subject.Series("another prefix's", Rows(result, rule), l => l.Layer, l => l.ZeroAgreementByChance),
            subject.Series("top(o), as the code", Rows(result, rule), l => l.Layer, l => l.ZeroAgreementWithState),
        ];
        if (nulls is not null)
            series.Add(
                subject.Series("random weights", Rows(nulls.RandomWeights, rule), l => l.Layer, l => l.ZeroAgreement));
        return new()
        {
            Name = "zero-agreement",
            Title = $"Prefixes where no active memory ({Name(rule)}) says what the layer says",
            Description =
                "The share of prefixes without agreement by layer, beside the same for the prediction of another "
                + "prefix.",
            AcrossLabel = "layer",
            Across = subject.LayerPlaces,
            Axis = new("share of prefixes (%)", NumberFormat.Percent, Min: 0, Max: 1),
            Series = series,
        };
    }

    private static IEnumerable<LayerComposition> Rows(CompositionResult result, ActiveRule rule) =>
        result.Agreements.Where(l => l.Readout == Readout.Folded && l.Rule == rule);

    private static string Means(PooledComposition pooled, ActiveRule rule)
    {
        string zero =
            $"In {Percent(pooled.ZeroAgreement)} of cases a layer predicts what none of its active memories "
            + $"({Name(rule)}) does"
            + Say(Compare(pooled.ZeroAgreement, 0.5), ", mostly a composition",
                ", so that mostly some memory says the same", "");
        string chance = Say(
            Compare(pooled.ZeroAgreement, pooled.ZeroAgreementByChance),
            "agreement is rarer than with another prefix's prediction",
            $"memories agree with their layer more often than with another prefix's prediction, where "
            + $"{Percent(pooled.ZeroAgreementByChance)} find none",
            "memories agree with their layer no more than with another prefix's prediction: that is chance");
        return $"{zero}; {chance}; " + Say(
            Compare(pooled.StopAmongAgreeing, pooled.StopPredictions),
            "where one agrees, it is a stop word more often than elsewhere, as in the paper.",
            "where one agrees, it is a stop word more rarely than elsewhere, unlike the paper.",
            "where one agrees, it is a stop word about as often as elsewhere.");
    }

    private static Table ByLayer(CompositionResult result, ActiveRule rule) => new(
        $"Zero agreement by layer and readout, active: {Name(rule)}",
        [new("layer"), new("readout"), new("zero agreement with y", true), new("with o", true),
            new("with another y", true), new("y is the output bias's token", true), new("no cell active", true)],
        [.. result.Agreements.Where(l => l.Rule == rule).OrderBy(l => l.Layer).ThenBy(l => l.Readout)
            .Select(l => (IReadOnlyList<string>)
        [
            $"{l.Layer}", l.Readout.ToString().ToLowerInvariant(), Percent(l.ZeroAgreement),
            Percent(l.ZeroAgreementWithState.Value), Percent(l.ZeroAgreementByChance.Value),
            Percent(l.OutputBias.Value), Percent(result.Activity.Single(a => a.Layer == l.Layer).Silent.Value),
        ])]);
}
