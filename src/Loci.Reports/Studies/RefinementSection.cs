using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Layers;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>How the prediction is refined from layer to layer: the paper's section 5.2, Figures 9 to 11.</summary>
public static class RefinementSection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(RefinementResult result, Subject subject, OnNulls<RefinementResult>? nulls)
    {
        var layers = Rows(result);
        var (first, final, change) = (layers[0], layers[^1], result.LastLayer);
        string n = $"{result.Prefixes:N0} prefixes";
        List<Comparison> comparisons =
        [
            new("residual already holds the answer, first layer", first.Holds, NumberFormat.Percent, n,
                "about a third in the lowest layers", "Figure 9"),
            new("the same if answers were paired at random", first.Chance, NumberFormat.Percent, n),
            new("residual already holds the answer, last layer", final.Holds, NumberFormat.Percent, n,
                "growing fast from layer 10", "Figure 9"),
            new("probability of the answer, first layer", first.Probability, NumberFormat.Percent, n),
            new("probability of the answer, last layer", final.Probability, NumberFormat.Percent, n),
            new("layer leaves or shares the prediction, last layer",
                final.Cases.Residual.Value + final.Cases.Agreement.Value, NumberFormat.Percent, n, "the vast majority",
                "Figure 11"),
            new("a prediction that neither had, last layer", final.Cases.Composition, NumberFormat.Percent, n,
                "most changes", "Figure 11"),
            new("the layer's word wins, last layer", final.Cases.FeedForward, NumberFormat.Percent, n, "rarely",
                "Figure 11"),
            new("changes by the last layer whose tokens are near", change.Related, NumberFormat.Percent,
                $"{change.Related.Count:N0} changes, by cosine; 5 % at random", "34 of 100 related, by hand",
                "section 5.2"),
        ];
        if (nulls is not null)
            comparisons.Add(
                new("residual already holds the answer, first layer, random weights",
                    Rows(nulls.RandomWeights)[0].Holds, NumberFormat.Percent,
                    $"{nulls.RandomWeights.Prefixes:N0} prefixes"));
        return new()
        {
            Name = "refinement",
            Title = "How does the prediction form?",
            What =
                $"At {result.Prefixes:N0} random prefixes, the top tokens of the residual before a feed-forward "
                + $"layer, of the layer's output, and of their sum.",
            Figures = [Holds(layers, subject, nulls), Probability(layers, subject), Cases(layers, subject)],
            Comparisons = comparisons,
            Means = Means(first, final),
            CannotShow =
                "Reading the middle of the model with the output's embedding assumes that layers speak the output's "
                + "language; where early layers do not, «not yet held» says nothing.",
            Details = [Who(result), Examples(change, subject)],
        };
    }

    private static LayerRefinement[] Rows(RefinementResult result) =>
        [.. result.Layers.Where(l => l.Readout == Readout.Folded).OrderBy(l => l.Layer)];

    /// <summary>What the nulls are held against.</summary>
    internal static IEnumerable<NullRow> BesideNulls(OnNulls<RefinementResult> nulls) =>
        [NullRow.Of("residual holds the answer, first layer", "held early", nulls, r => Rows(r)[0].Holds)];

    private static LinePlot Holds(LayerRefinement[] layers, Subject subject, OnNulls<RefinementResult>? nulls)
    {
        List<Series> series =
        [
            subject.Series("residual holds it", layers, l => l.Layer, l => l.Holds),
            subject.Series("paired at random", layers, l => l.Layer, l => l.Chance),
        ];
        if (nulls is not null)
            series.Add(subject.Series("random weights", Rows(nulls.RandomWeights), l => l.Layer, l => l.Holds));
        return new()
        {
            Name = "holds",
            Title = "Prefixes whose residual already holds the model's final answer",
            Description = "The share by layer, with what frequent answers alone would give.",
            AcrossLabel = "layer",
            Across = subject.LayerPlaces,
            Axis = new("share of prefixes (%)", NumberFormat.Percent, Min: 0, Max: 1),
            Series = series,
        };
    }

    private static LinePlot Probability(LayerRefinement[] layers, Subject subject) => new()
    {
        Name = "probability",
        Title = "Probability that the residual gives to the final answer",
        Description = "The mean by layer, and median with quartiles as a band.",
        AcrossLabel = "layer",
        Across = subject.LayerPlaces,
        Axis = new("probability (%)", NumberFormat.Percent, Min: 0, Max: 1),
        Series =
        [
            subject.Series("mean", layers, l => l.Layer, l => l.Probability),
            subject.Series("median, quartiles", layers, l => l.Layer,
                l => new(l.Quartiles.Median, l.Quartiles.First, l.Quartiles.Third)),
        ],
    };

    private static BarPlot Cases(LayerRefinement[] layers, Subject subject)
    {
        bool fifth = layers.Any(l => l.Cases.Fifth.Value > 0);
        return new()
        {
            Name = "cases",
            Title = "Where each layer's prediction comes from",
            Description = "The share of prefixes by case: the residual's, both the same, a new one, the layer's.",
            AcrossLabel = "layer",
            Categories = subject.LayerNames,
            Axis = new("share of prefixes (%)", NumberFormat.Percent, Max: 1),
            Stacked = true,
            Series =
            [
                subject.Series("residual", layers, l => l.Layer, l => l.Cases.Residual.Value),
                subject.Series("agreement", layers, l => l.Layer, l => l.Cases.Agreement.Value),
                subject.Series("composition", layers, l => l.Layer, l => l.Cases.Composition.Value),
                subject.Series("ffn", layers, l => l.Layer, l => l.Cases.FeedForward.Value),
                .. fifth
                    ? [subject.Series("neither, though both", layers, l => l.Layer, l => l.Cases.Fifth.Value)]
                    : Array.Empty<Series>(),
            ],
        };
    }

    private static string Means(LayerRefinement first, LayerRefinement final)
    {
        string early =
            $"Before the first feed-forward layer answers, the residual holds the final answer at "
            + $"{Percent(first.Holds)} of prefixes"
            + Say(Compare(first.Holds, first.Chance),
                $", more than the {Percent(first.Chance)} of answers paired at random",
                $", less than the {Percent(first.Chance)} of answers paired at random",
                ", no more than answers paired at random");
        if (first != final)
            early += Say(Compare(final.Holds, first.Holds),
                $"; in the last layer at {Percent(final.Holds)}, so that it is refined on the way",
                "; in the last layer it does so more rarely", "; the last layer cannot be told from the first");
        string ways = Say(
            Compare(final.Cases.Composition, final.Cases.FeedForward),
            "where the last layer overrules the residual, it mostly composes a token that neither had, as in the paper",
            "where the last layer overrules the residual, its own word mostly wins, unlike the paper",
            "whether the last layer's own word or a new one wins where it overrules is not established");
        return $"{early}; {ways}.";
    }

    private static Table Who(RefinementResult result)
    {
        var last = result.LastLayer;
        return new("Who changes the prediction in the last layer", [new("who"), new("share of prefixes", true)],
        [
            ["nobody", Percent(last.Unchanged)], ["attention", Percent(last.ByAttention)],
            ["feed-forward", Percent(last.ByFeedForward)],
            ["both, to a third token", Percent(last.ByBoth)], ["feed-forward undoes attention", Percent(last.Undone)],
        ]);
    }

    private static Table Examples(LastLayerChanges change, Subject subject) => new(
        "Predictions that the last feed-forward layer changed, drawn at random",
        [new("prefix"), new("before"), new("after"), new("cosine", true)],
        [.. change.Examples.Take(40).Select(e => (IReadOnlyList<string>)
            [subject.Prefix(e.Sentence, e.Position), $"«{subject.Token(e.Before)}»", $"«{subject.Token(e.After)}»",
                NumberFormat.Plain.Write(e.Cosine, 2)])]);
}
