using Loci.Atlas;
using Loci.Reports.Figures;
using Loci.Studies.Statistics;
using Loci.Studies.Values;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>Values that are sure of a token, and precision@50: the paper's Figure 6 and Table 2.</summary>
public static class ConfidenceSection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(ValueAgreementResult result, Subject subject)
    {
        var figures = new AgreementFigures(result, subject);
        var surest = result.MostConfident.Single(c => c.Readout == Readout.Folded);
        var precision = result.Precision.Single(p => p.Readout == Readout.Folded);
        string n = $"{surest.Values.Count:N0} values", all = $"{surest.AllUpper.Count:N0} {subject.Cells}";
        return new()
        {
            Name = "confidence",
            Title = "Are values that are sure of a token right?",
            What =
                $"Agreement against max(p), the largest probability a value gives, and the {surest.Values.Count:N0} "
                + $"surest values.",
            Figures = [figures.Confidence(), figures.Precision()],
            Comparisons =
            [
                new("surest values in the upper half", surest.Upper, NumberFormat.Percent, n,
                    "97 of 100 in layers 11–16", "section 4.2"),
                new("the same of all cells", surest.AllUpper, NumberFormat.Percent, all),
                new("surest values with an agreeing trigger", surest.Agreeing, NumberFormat.Percent, n, "46 of 100",
                    "section 4.2"),
                new("the same of all cells, one agreeing trigger of 50", surest.AllAgreeing, NumberFormat.Percent, all),
                .. Chance("by the tokens' frequency", surest.ByFrequency, n, all),
                .. Chance("with keys of the layer permuted", surest.ByPairing, n, all),
                new("precision@50, median cell", precision.Quartiles.Median, NumberFormat.Percent, all),
                new("precision@50, best cell", precision.Best is [var best, ..] ? best.Precision : null,
                    NumberFormat.Percent,
                    precision.Best is [var first, ..]
                        ? $"{first.Precision.Count} triggers of {first.Cell}"
                        : "no cell with enough triggers", "4 to 92 % in six chosen cells", "Table 2"),
            ],
            Means = Means(result, surest),
            CannotShow =
                "max(p) of a value grows with its norm and depends on the scale that the readout takes, so that "
                + "«sure» compares cells of one model, not models.",
            Details = [Best(precision, subject), Surest(surest, subject)],
        };
    }

    /// <summary>Cells whose values agree, copy, or are sure.</summary>
    internal static IEnumerable<CellChoice> Kinds(ValueAgreementResult result, AtlasFile atlas) =>
    [
        new("Agreeing", "The value's first token follows most of the triggers.",
            result.Precision.Single(p => p.Readout == Readout.Folded).Best.Select(p => p.Cell)),
        new("Copying",
            "The value's first token is the last token of the strongest trigger; those that stand out most.",
            Copying(atlas)),
        new("Surest", "The largest max(p) of any value.",
            result.MostConfident.Single(c => c.Readout == Readout.Folded).Values.Select(v => v.Cell)),
    ];

    // Copying by itself says little of a frequent token: the value's confidence orders them.
    private static IEnumerable<CellId> Copying(AtlasFile atlas) =>
        atlas.AllCellAgreement.Where(a => a is { Copy: true, Readout: Readout.Folded }).Select(a => a.Cell).ToArray()
            .OrderByDescending(id => Math.Abs(atlas.Cell(id).Value.Folded.At(id.Pole).ZScore)).ThenBy(id => id.Layer)
            .ThenBy(id => id.Index);

    private static string Means(ValueAgreementResult result, ConfidentValues surest)
    {
        string raw = Say(
            Compare(surest.Agreeing, surest.AllAgreeing),
            $"The surest values have an agreeing trigger more often, {Percent(surest.Agreeing)}, than all cells, "
            + $"{Percent(surest.AllAgreeing)}",
            $"The surest values have an agreeing trigger more rarely, {Percent(surest.Agreeing)}, than all cells, "
            + $"{Percent(surest.AllAgreeing)}",
            $"The surest values have an agreeing trigger about as often, {Percent(surest.Agreeing)}, as all cells, "
            + $"{Percent(surest.AllAgreeing)}");
        string agreement = raw + Judged(surest);
        var bins = result.Confidence.Single(c => c.Readout == Readout.Folded).ByZScore;
        Estimate least = bins is [var low, ..] ? low.Agreement : Estimate.None,
            most = bins is [.., var high] ? high.Agreement : Estimate.None;
        string sure = Say(Compare(most, least), "agreement is higher in the surest tenth than in the least sure",
            "agreement is lower in the surest tenth than in the least sure",
            "the surest and the least sure tenth cannot be told apart");
        return $"{agreement}; {sure}; " + Say(
            Compare(surest.Upper, surest.AllUpper),
            "they lie in the upper half more often than cells do, as in the paper.",
            "they lie in the upper half more rarely than cells do, unlike the paper.",
            "where they lie cannot be told from where all cells do.");
    }

    private static IEnumerable<Comparison> Chance(string name, ChanceOfAgreement chance, string n, string all)
    {
        yield return new($"surest values with an agreeing trigger, {name}", chance.Surest, NumberFormat.Percent, n);
        yield return new($"the same of all cells, {name}", chance.All, NumberFormat.Percent, all);
        yield return new($"surest beyond all, {name} taken off", chance.Lift, NumberFormat.Points, n);
    }

    // Sure of a frequent token is right by chance: both nulls must leave something.
    private static string Judged(ConfidentValues surest)
    {
        Estimate frequency = surest.ByFrequency.Lift, pairing = surest.ByPairing.Lift;
        string left =
            $"{Points(frequency)} beyond what the tokens' frequency gives, {Points(pairing)} beyond keys permuted in "
            + $"the layer";
        return (Compare(frequency, 0), Compare(pairing, 0)) switch
        {
            (1, 1) => $" ({left}: more than chance)",
            (-1, -1) => $" ({left}: less than chance gives)",
            _ => $" ({left}: that being sure goes with being right is not established)",
        };
    }

    private static Table Best(PrecisionDistribution precision, Subject subject) => new(
        "Cells with the highest precision@50 (folded readout)",
        [new("cell"), new("predicts"), new("precision@50", true), new("q", true)],
        [.. precision.Best.Select(
            c => (IReadOnlyList<string>)[$"{c.Cell}", Shown(subject, c.Token), Percent(c.Precision), $"{c.Q:g2}"])]);

    private static Table Surest(ConfidentValues surest, Subject subject) => new(
        "The surest values (folded readout)",
        [new("cell"), new("predicts"), new("max(p)", true), new("z-score", true), new("agreeing triggers", true)],
        [.. surest.Values.Take(40).Select(v => (IReadOnlyList<string>)
            [$"{v.Cell}", Shown(subject, v.Token), Percent(v.Probability), NumberFormat.Plain.Write(v.ZScore, 1),
                $"{v.Agreeing} of {v.Counted}"])]);

    private static string Shown(Subject subject, int token) => $"«{subject.Token(token)}»";
}
