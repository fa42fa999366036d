using Loci.Atlas.Agreement;
using Loci.Memory.Recall;
using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Statistics;
using Loci.Studies.Values;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>
/// Whether values say what follows the prefixes that fire their keys: the paper's section 4, Figures 4 and 5.
/// </summary>
public static class AgreementSection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(ValueAgreementResult result, Subject subject, OnNulls<ValueAgreementResult>? nulls)
    {
        var (all, folded) = (Pool(result, Readout.Folded, _ => true), new AgreementFigures(result, subject));
        List<Comparison> comparisons =
        [
            Row("cells that agree", all, null),
            Row("cells that agree, lower half", Pool(result, Readout.Folded, l => !subject.Upper(l)),
                "layers 1–10: ≈ 0"),
            Row("cells that agree, upper half", Pool(result, Readout.Folded, subject.Upper),
                "rising from layer 11 to 3.5 %"),
            Row("cells that agree, raw readout", Pool(result, Readout.Raw, _ => true), null),
            new("expected, keys and values of a layer paired at random", all.Expected, NumberFormat.Percent,
                $"{all.Agreement.Count:N0} {subject.Cells}"),
            new("expected by the tokens' frequency in the text", all.Frequency, NumberFormat.Percent,
                $"{all.Agreement.Count:N0} {subject.Cells}", "0.0004 % (uniform over its vocabulary)", "section 4"),
            Row("cells that repeat the last token of the prefix", Pool(result, Readout.Folded, _ => true, copy: true),
                null),
        ];
        if (nulls is not null)
        {
            comparisons.Add(
                Row("cells that agree, the same model over fewer sentences",
                    Pool(nulls.Sample, Readout.Folded, _ => true), null));
            comparisons.Add(
                Row("cells that agree, random weights", Pool(nulls.RandomWeights, Readout.Folded, _ => true), null));
            comparisons.Add(
                Row("cells that agree, shuffled text", Pool(nulls.ShuffledText, Readout.Folded, _ => true), null));
        }
        return new()
        {
            Name = "agreement",
            Title = "Do values say what comes next?",
            What =
                "For every cell, whether the token that its value promotes most is the one that follows its "
                + "strongest trigger"
                + (subject.Gated ? "; a gated cell counts once for either pole." : "."),
            Figures = [folded.ByLayer(nulls), folded.Ranks()],
            Comparisons = comparisons,
            InShort = true,
            Means = Means(all, Pool(result, Readout.Folded, l => !subject.Upper(l)),
                Pool(result, Readout.Folded, subject.Upper)),
            CannotShow =
                "Agreement is correlation: that a value promotes the next token does not show that the model uses it.",
            Details = [ByLayer(result, subject)],
        };

        Comparison Row(string name, Pooled pooled, string? paper) => new(
            name, pooled.Agreement, NumberFormat.Percent, $"{pooled.Agreement.Count:N0} {subject.Cells}", paper,
            paper is null ? null : "Figure 4");
    }

    /// <summary>Agreement of many layers and both poles together.</summary>
    /// <param name="Agreement">Share of cells that agree.</param>
    /// <param name="Expected">Share expected with keys and values of a layer paired at random.</param>
    /// <param name="Z">Standard deviations above that; null where it has none.</param>
    /// <param name="Frequency">Share expected by frequency; NaN for copy agreement.</param>
    internal sealed record Pooled(Estimate Agreement, double Expected, double? Z, double Frequency);

    /// <summary>Adds up layers and poles. Layers are paired at random apart, so means and variances add.</summary>
    internal static Pooled Pool(ValueAgreementResult result, Readout readout, Func<int, bool> layers, bool copy = false)
    {
        AgreementTest[] tests = [.. result.Layers.Where(l => l.Readout == readout && layers(l.Layer))
            .Select(l => copy ? l.Nulls.Copy : l.Nulls.Next)];
        long cells = tests.Sum(t => (long)t.Cells), agreeing = tests.Sum(t => (long)t.Agreeing);
        double expected = tests.Sum(t => t.Expected), variance = tests.Sum(t => t.Variance);
        var counted = result.Cells.Where(c => c.Readout == readout && layers(c.Cell.Layer)
            && (copy || c.Next is not null)).ToArray();
        return new(
            Estimate.Share([.. counted.Select(c => copy ? c.Copy : c.Next == true)],
                Units.OfText(counted.Select(c => c.Stretch))), cells == 0 ? double.NaN : expected / cells,
            variance > 0 ? (agreeing - expected) / Math.Sqrt(variance) : null,
            cells == 0 ? double.NaN : tests.Sum(t => t.Frequency * t.Cells ?? double.NaN) / cells);
    }

    /// <summary>What the nulls are held against.</summary>
    internal static IEnumerable<NullRow> BesideNulls(OnNulls<ValueAgreementResult> nulls) =>
    [
        NullRow.Of("cells that agree", "agree", nulls, r => Pool(r, Readout.Folded, _ => true).Agreement),
        NullRow.Of("cells that repeat the last token", "repeat", nulls,
            r => Pool(r, Readout.Folded, _ => true, copy: true).Agreement),
    ];

    private static string Means(Pooled all, Pooled lower, Pooled upper)
    {
        string chance = all.Z switch
        {
            null => $"{Percent(all.Agreement)} of cells agree, and chance cannot be told",
            > 1.96 =>
                $"{Percent(all.Agreement)} of cells agree, more than the {Percent(all.Expected)} that pairing keys "
                + $"and values at random gives ({all.Z:f1} standard deviations)",
            < -1.96 =>
                $"{Percent(all.Agreement)} of cells agree, fewer than the {Percent(all.Expected)} that pairing keys "
                + $"and values at random gives ({-all.Z:f1} standard deviations)",
            _ =>
                $"{Percent(all.Agreement)} of cells agree, no more than chance can give: {Percent(all.Expected)} "
                + $"with keys and values paired at random",
        };
        return chance + Say(
            Compare(upper.Agreement, lower.Agreement), "; agreement is higher in the upper half, as in the paper.",
            "; agreement is lower in the upper half, unlike the paper.",
            "; that it rises with the layer, as in the paper, is not established.");
    }

    private static Table ByLayer(ValueAgreementResult result, Subject subject) => new(
        "Agreement by layer, readout and pole",
        [new("layer"), new("readout"), new("pole"), new("cells", true), new("agree", true), new("at random", true),
            new("p", true), new("repeat the last token", true), new("precision@50", true),
            new("readouts differ", true)],
        [.. result.Layers.OrderBy(l => l.Layer).ThenBy(l => l.Pole).ThenBy(l => l.Readout)
            .Select(l => (IReadOnlyList<string>)
        [
            $"{l.Layer}", l.Readout.ToString().ToLowerInvariant(), l.Pole == Pole.Positive ? "+" : "−",
            $"{l.Nulls.Next.Cells:N0}", $"{l.Nulls.Next.Agreeing:N0}",
            NumberFormat.Plain.Write(l.Nulls.Next.Expected), $"{l.Nulls.Next.P:g2}", $"{l.Nulls.Copy.Agreeing:N0}",
            l.Nulls.Precision.Mean50 is { } at50 ? Percent(at50) : "–", Percent(l.Disagreement.Value),
        ])]);
}
