using Loci.Reports.Figures;
using Loci.Studies.Statistics;
using Loci.Studies.Values;
using static Loci.Reports.Studies.Wording;

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
            What = $"Agreement against max(p), the largest probability a value gives, and the {surest.Values.Count:N0} surest values.",
            Figures = [figures.Confidence(), figures.Precision()],
            Comparisons =
            [
                new("surest values in the upper half", surest.Upper, NumberFormat.Percent, n, "97 of 100 in layers 11–16", "section 4.2"),
                new("the same of all cells", surest.AllUpper, NumberFormat.Percent, all),
                new("surest values with an agreeing trigger", surest.Agreeing, NumberFormat.Percent, n, "46 of 100", "section 4.2"),
                new("the same of all cells, one agreeing trigger of 50", surest.AllAgreeing, NumberFormat.Percent, all),
                new("precision@50, median cell", precision.Quartiles.Median, NumberFormat.Percent, all),
                new("precision@50, best cell", precision.Best is [var best, ..] ? best.Precision : null, NumberFormat.Percent,
                    precision.Best is [var first, ..] ? $"{first.Precision.Count} triggers of {first.Cell}" : "no cell with enough triggers", "4 to 92 % in six chosen cells", "Table 2"),
            ],
            Means = Means(result, surest),
            CannotShow = "max(p) of a value grows with its norm and depends on the scale that the readout takes, so that «sure» compares cells of one model, not models.",
            Details = [Best(precision, subject), Surest(surest, subject)],
        };
    }

    private static string Means(ValueAgreementResult result, ConfidentValues surest)
    {
        string agreement = Say(
            Compare(surest.Agreeing, surest.AllAgreeing),
            $"The surest values have an agreeing trigger more often, {Percent(surest.Agreeing)}, than all cells, {Percent(surest.AllAgreeing)}",
            $"The surest values have an agreeing trigger more rarely, {Percent(surest.Agreeing)}, than all cells, {Percent(surest.AllAgreeing)}",
            $"The surest values have an agreeing trigger about as often, {Percent(surest.Agreeing)}, as all cells, {Percent(surest.AllAgreeing)}");
        var bins = result.Confidence.Single(c => c.Readout == Readout.Folded).ByZScore;
        Estimate least = bins is [var low, ..] ? low.Agreement : Estimate.None, most = bins is [.., var high] ? high.Agreement : Estimate.None;
        string sure = Say(Compare(most, least), "agreement is higher in the surest tenth than in the least sure", "agreement is lower in the surest tenth than in the least sure", "the surest and the least sure tenth cannot be told apart");
        return $"{agreement}; {sure}; " + Say(
            Compare(surest.Upper, surest.AllUpper), "they lie in the upper half more often than cells do, as in the paper.", "they lie in the upper half more rarely than cells do, unlike the paper.",
            "where they lie cannot be told from where all cells do.");
    }

    private static Table Best(PrecisionDistribution precision, Subject subject) => new(
        "Cells with the highest precision@50 (folded readout)",
        [new("cell"), new("predicts"), new("precision@50", true), new("q", true)],
        [.. precision.Best.Select(c => (IReadOnlyList<string>)[$"{c.Cell}", Shown(subject, c.Token), Percent(c.Precision), $"{c.Q:g2}"])]);

    private static Table Surest(ConfidentValues surest, Subject subject) => new(
        "The surest values (folded readout)",
        [new("cell"), new("predicts"), new("max(p)", true), new("z-score", true), new("agreeing triggers", true)],
        [.. surest.Values.Take(40).Select(v => (IReadOnlyList<string>)
            [$"{v.Cell}", Shown(subject, v.Token), Percent(v.Probability), NumberFormat.Plain.Write(v.ZScore, 1), $"{v.Agreeing} of {v.Counted}"])]);

    private static string Shown(Subject subject, int token) => $"«{subject.Token(token)}»";
}
