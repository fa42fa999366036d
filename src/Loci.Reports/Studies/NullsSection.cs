using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Causal;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Wording;

namespace Loci.Reports.Studies;

/// <summary>What the studies find where there is nothing to find, side by side.</summary>
public static class NullsSection
{
    /// <summary>Words, a figure and numbers.</summary>
    public static Section Of(NullResults nulls, Subject subject)
    {
        var rows = Rows(nulls).ToArray();
        return new()
        {
            Name = "nulls",
            Title = "What do the studies find where there is nothing to find?",
            What = $"The same studies over {nulls.Sentences:N0} sentences: the model as it is; with the entries of every weight matrix permuted; and over the same tokens in random order.",
            Figures =
            [
                new BarPlot
                {
                    Name = "nulls",
                    Title = "Shares found in the model, with random weights, and in shuffled text",
                    Description = "Bars for each measurement: the model, random weights, shuffled text.",
                    AcrossLabel = "measurement",
                    Categories = [.. rows.Where(row => row.Short is not null).Select(row => row.Short!)],
                    Axis = new("share (%)", NumberFormat.Percent, Min: 0),
                    Series =
                    [
                        Series("the model", row => row.Sample), Series("random weights", row => row.Random), Series("shuffled text", row => row.Shuffled),
                    ],
                },
            ],
            Means = Means(rows),
            CannotShow = "Random weights are no untrained network: the scales of matrices and norms that training found stay. Minimal triggers and the softmax read are not run on nulls: they describe this model, and chance is no answer to them.",
            Details =
            [
                new("Every measurement with its nulls", [new("measurement"), new("the model", true), new("random weights", true), new("shuffled text", true)],
                    [.. rows.Select(row => (IReadOnlyList<string>)[row.Name, row.Format.Write(row.Sample), row.Format.Write(row.Random), row.Format.Write(row.Shuffled)])]),
            ],
        };

        Series Series(string name, Func<Row, Estimate> of) =>
            new(name, [.. rows.Where(row => row.Short is not null).Select(row => (Plotted?)of(row))]);
    }

    private sealed record Row(
        string Name, string? Short, NumberFormat Format, Estimate Sample, Estimate Random, Estimate Shuffled);

    private static IEnumerable<Row> Rows(NullResults nulls)
    {
        yield return Row("cells of phrases or a topic", "labelled", r => PatternsSection.Labelled(r.Patterns.Cells));
        yield return Row("held-out triggers with a pattern", "covered", r => PatternsSection.Cover(r.Patterns.Cells));
        yield return Row("change without the last token", null, r => RemovalSection.Change(r.Removal, row => row.Last));
        yield return Row("cells that agree", "agree", r => AgreementSection.Pool(r.Values, Readout.Folded, _ => true).Agreement);
        yield return Row("cells that repeat the last token", "repeat", r => AgreementSection.Pool(r.Values, Readout.Folded, _ => true, copy: true).Agreement);
        var rule = CompositionSection.Rule(nulls.Sample.Composition);
        yield return Row("zero agreement", "zero agr.", r => CompositionSection.Pooled(r.Composition, rule).ZeroAgreement);
        yield return Row("residual holds the answer, first layer", "held early", r => r.Refinement.Layers.First(l => l.Readout == Readout.Folded && l.Layer == 0).Holds);
        yield return Row("own token's logit beyond matched cells, nats", null, r => Total(r).Logit.Difference, NumberFormat.Plain);
        yield return Row("loss saved beyond matched cells, nats", null, r => Total(r).Loss.Difference, NumberFormat.Plain);

        Row Row(string name, string? brief, Func<NullResult, Estimate> of, NumberFormat format = NumberFormat.Percent) =>
            new(name, brief, format, of(nulls.Sample), of(nulls.RandomWeights), of(nulls.ShuffledText));

        static CausalEffect Total(NullResult r) => CausalSection.All(r.Causal, CausalPlace.Triggers, CausalPath.Total);
    }

    private static string Means(Row[] rows)
    {
        string[] apart = [.. rows.Where(row => Compare(row.Sample, row.Random) != 0).Select(row => row.Name)];
        string[] same = [.. rows.Where(row => Compare(row.Sample, row.Random) == 0).Select(row => row.Name)];
        string trained = apart.Length == 0 ? "Nothing measured here tells the model from one with random weights" : $"What tells the model from random weights: {string.Join(", ", apart)}";
        return same.Length == 0 || apart.Length == 0 ? trained + "." : $"{trained}; what does not: {string.Join(", ", same)}.";
    }
}
