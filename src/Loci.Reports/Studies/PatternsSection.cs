using Loci.Atlas;
using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Patterns;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>What triggers have in common: the paper's section 3 and Figure 2.</summary>
public static class PatternsSection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(TriggerPatternResult result, Subject subject, OnNulls<TriggerPatternResult>? nulls)
    {
        var cells = result.Cells;
        var covered = Cover(cells);
        string n = $"{cells.Count:N0} {subject.Cells}";
        List<Comparison> comparisons =
        [
            new("patterns a cell", Estimate.Mean([.. cells.Select(c => (double)c.Patterns.Count)],
                TriggerPatterns.Units(cells)), NumberFormat.Plain, n, "3.6", "section 3.2"),
            new("cells with a pattern", Share(cells, c => c.Patterns.Count > 0), NumberFormat.Percent, n, "100 %",
                "section 3.2"),
            new("triggers with a pattern, held out", covered, NumberFormat.Percent,
                $"{covered.Count:N0} {subject.Cells}, {result.Parameters.Triggers} triggers", "65–80 %", "Figure 2"),
            new("triggers with a pattern, fitted",
                MeanShare(cells.Where(c => c.Fitted.Triggers > 0), c => c.Fitted.Any), NumberFormat.Percent, n,
                "65–80 %", "Figure 2"),
            .. Halves(subject, cells),
            new("variance of the coefficient that patterns explain, held out", MeanShare(cells, c => c.Explained),
                NumberFormat.Percent, $"{n}, {result.TestedPrefixes:N0} prefixes"),
            new("the last token alone", MeanShare(cells, c => c.Added.LastToken), NumberFormat.Percent,
                $"{n}, {result.TestedPrefixes:N0} prefixes"),
            new("phrases beyond the last token", MeanShare(cells, c => c.Added.Phrase), NumberFormat.Percent,
                $"{n}, {result.TestedPrefixes:N0} prefixes"),
            new("a topic beyond the last token", MeanShare(cells, c => c.Added.Topic), NumberFormat.Percent,
                $"{n}, {result.TestedPrefixes:N0} prefixes"),
        ];
        if (nulls is not null)
        {
            comparisons.Add(Against("the same model over fewer sentences", nulls.Sample, subject));
            comparisons.Add(Against("random weights", nulls.RandomWeights, subject));
            comparisons.Add(Against("shuffled text", nulls.ShuffledText, subject));
        }
        return new()
        {
            Name = "patterns",
            Title = "What do the triggers of a cell have in common?",
            What =
                $"Patterns are found in one half of the text, among the {result.Parameters.Triggers} strongest "
                + $"triggers of each cell, and tested in the other: on "
                + "triggers they were not found in, and on random prefixes.",
            Figures = [Triggers(result, subject, nulls), Labels(result, subject)],
            Comparisons = comparisons,
            InShort = true,
            Means = Means(cells, subject, nulls),
            CannotShow =
                "Patterns are n-grams, gaps, token classes and bags of words found by counting; what a person would "
                + "see beyond these is not counted, and people saw the paper's.",
            Details = [Examples(cells)],
        };
    }

    /// <summary>Held-out triggers that a pattern covers, by cell.</summary>
    internal static Estimate Cover(IEnumerable<PatternCell> cells) =>
        MeanShare(cells.Where(c => c.HeldOut.Triggers > 0), c => c.HeldOut.Any);

    /// <summary>Cells whose held-out coefficients follow phrases or a topic beyond the last token.</summary>
    internal static Estimate Labelled(IEnumerable<PatternCell> cells) =>
        Share(cells, c => c.Label is PatternLabel.Shallow or PatternLabel.Semantic or PatternLabel.Both);

    /// <summary>What the nulls are held against.</summary>
    internal static IEnumerable<NullRow> BesideNulls(OnNulls<TriggerPatternResult> nulls) =>
    [
        NullRow.Of("cells of phrases or a topic", "labelled", nulls, r => Labelled(r.Cells)),
        NullRow.Of("held-out triggers with a pattern", "covered", nulls, r => Cover(r.Cells)),
    ];

    /// <summary>Cells by their label, those explained best first.</summary>
    internal static IEnumerable<CellChoice> Kinds(TriggerPatternResult result, AtlasFile atlas)
    {
        return
        [
            Labelled(
                "Phrases", "Phrases explain the held-out coefficient beyond the last token; those explained best.",
                PatternLabel.Shallow),
            Labelled(
                "Topic", "A topic explains the held-out coefficient beyond the last token; those explained best.",
                PatternLabel.Semantic),
            Labelled("Both", "Phrases and a topic explain it beyond the last token, each by itself or either alike.",
                PatternLabel.Both),
            new("No pattern", "No pattern explains the held-out coefficient; the strongest of the sample.", result.Cells
                .Where(c => c.Label == PatternLabel.None).OrderByDescending(c => c.Threshold).Select(c => c.Cell)),
        ];

        CellChoice Labelled(string name, string what, PatternLabel label) =>
            new(name, what, result.Cells.Where(c => c.Label == label).OrderByDescending(c => c.Explained)
                .Select(c => c.Cell));
    }

    private static IEnumerable<Comparison> Halves(Subject subject, IReadOnlyList<PatternCell> cells)
    {
        foreach (bool upper in (bool[])[false, true])
        {
            PatternCell[] half = [.. cells.Where(c => subject.Upper(c.Cell.Layer) == upper)];
            string n = $"{half.Length:N0} {subject.Cells}, {subject.Half(upper)}";
            string? paper = upper ? "layers 10–16: more semantic" : "layers 1–9: mostly shallow";
            yield return new($"cells of phrases alone, {(upper ? "upper" : "lower")} half",
                Share(half, c => c.Label == PatternLabel.Shallow), NumberFormat.Percent, n, paper, "Figure 2");
            yield return new($"cells of a topic, alone or too, {(upper ? "upper" : "lower")} half",
                Share(half, Semantic), NumberFormat.Percent, n, paper, "Figure 2");
        }
    }

    private static Estimate Share(IEnumerable<PatternCell> cells, Func<PatternCell, bool> which) =>
        Estimate.Share([.. cells.Select(which)], TriggerPatterns.Units(cells));

    private static Estimate MeanShare(IEnumerable<PatternCell> cells, Func<PatternCell, double> of) =>
        Estimate.MeanShare([.. cells.Select(of)], TriggerPatterns.Units(cells));

    private static bool Semantic(PatternCell cell) => cell.Label is PatternLabel.Semantic or PatternLabel.Both;

    private static Comparison Against(string name, TriggerPatternResult of, Subject subject)
    {
        var labelled = Labelled(of.Cells);
        return new($"cells of phrases or a topic, {name}", labelled, NumberFormat.Percent,
            $"{labelled.Count:N0} {subject.Cells}");
    }

    private static BarPlot Triggers(TriggerPatternResult result, Subject subject,
        OnNulls<TriggerPatternResult>? nulls) => new()
    {
        Name = "patterns-triggers",
        Title = "Held-out triggers by the patterns they hold",
        Description =
            "For each layer the share of triggers, not used to find the patterns, that hold phrases, a topic, "
            + "both or none.",
        AcrossLabel = "layer",
        Categories = subject.LayerNames,
        Axis = new("share of triggers (%)", NumberFormat.Percent, Max: 1),
        Stacked = true,
        Series =
        [
            subject.Series("phrases", result.Layers, l => l.Layer, l => l.HeldOut.Shallow.Value),
            subject.Series("both", result.Layers, l => l.Layer, l => l.HeldOut.Both.Value),
            subject.Series("topic", result.Layers, l => l.Layer, l => l.HeldOut.Semantic.Value),
            subject.Series("no pattern", result.Layers, l => l.Layer, l => 1 - l.HeldOut.Any.Value),
        ],
        Null = nulls is null
            ? null
            : subject.Series("any pattern, random weights", nulls.RandomWeights.Layers, l => l.Layer,
                l => l.HeldOut.Any.Value),
    };

    private static BarPlot Labels(TriggerPatternResult result, Subject subject) => new()
    {
        Name = "patterns-labels",
        Title = "Cells by what their coefficient follows beyond the last token",
        Description =
            "For each layer the share of cells that follow phrases, a topic or both on random held-out prefixes, the "
            + "last token alone, or none of these.",
        AcrossLabel = "layer",
        Categories = subject.LayerNames,
        Axis = new("share of cells (%)", NumberFormat.Percent, Max: 1),
        Stacked = true,
        Series =
        [
            subject.Series("phrases", result.Layers, l => l.Layer, l => l.Shallow.Value),
            subject.Series("both", result.Layers, l => l.Layer, l => l.Both.Value),
            subject.Series("topic", result.Layers, l => l.Layer, l => l.Semantic.Value),
            subject.Series("last token only", result.Layers, l => l.Layer, l => l.LastToken.Value),
            subject.Series("none", result.Layers, l => l.Layer, l => l.None.Value),
        ],
    };

    private static string Means(IReadOnlyList<PatternCell> cells, Subject subject, OnNulls<TriggerPatternResult>? nulls)
    {
        var shallow = Share(cells, c => c.Label == PatternLabel.Shallow);
        var semantic = Share(cells, Semantic);
        string kinds = Say(
            Compare(shallow, semantic),
            $"Beyond the last token more cells follow phrases alone, {Percent(shallow)}, than a topic, "
            + $"{Percent(semantic)}",
            $"Beyond the last token more cells follow a topic, {Percent(semantic)}, than phrases alone, "
            + $"{Percent(shallow)}",
            $"Beyond the last token phrases alone, {Percent(shallow)} of cells, and topics, {Percent(semantic)}, "
            + $"cannot be told apart in number");
        var (low, high) = (Share(cells.Where(c => !subject.Upper(c.Cell.Layer)), Semantic),
            Share(cells.Where(c => subject.Upper(c.Cell.Layer)), Semantic));
        string depth = Say(Compare(high, low), "topics are more frequent in the upper half, as in the paper",
            "topics are rarer in the upper half, unlike the paper",
            "no difference between the halves of the model is established");
        if (nulls is null) return $"{kinds}; {depth}.";
        var (sample, random) = (Labelled(nulls.Sample.Cells), Labelled(nulls.RandomWeights.Cells));
        string chance = Say(
            Compare(sample, random),
            $"more cells follow one or the other, {Percent(sample)} of a smaller sample, than with random weights, "
            + $"{Percent(random)}",
            "fewer cells follow one or the other than with random weights, so that it is no sign of training",
            "as many do with random weights, so that it is no sign of training");
        return $"{kinds}; {depth}; {chance}.";
    }

    private static Table Examples(IReadOnlyList<PatternCell> cells) => new(
        "The cells that phrases and topics explain most of beyond the last token",
        [new("cell"), new("label"), new("added", true), new("phrases"), new("words of the topic")],
        [.. cells.OrderByDescending(c => c.Added.Both).ThenBy(c => c.Cell.Layer).ThenBy(c => c.Cell.Index).Take(25)
            .Select(c => (IReadOnlyList<string>)
        [
            $"{c.Cell}", c.Label.ToString().ToLowerInvariant(), Percent(c.Added.Both),
            string.Join("; ", c.Phrases.Take(4).Select(p => p.Text.Trim())),
            c.Label is PatternLabel.Semantic or PatternLabel.Both ? string.Join(", ", c.Topic) : "–",
        ])]);
}
