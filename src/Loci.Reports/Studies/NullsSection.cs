using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>What the studies find where there is nothing to find, side by side.</summary>
public static class NullsSection
{
    /// <summary>Words, a figure and numbers.</summary>
    public static Section Of(NullResults nulls, IReadOnlyList<ReportedStudy> studies)
    {
        NullRow[] rows = [.. studies.SelectMany(study => study.NullRows(nulls))];
        string[] without = [.. studies.Where(study => !study.Study.OnNulls).Select(study => study.Study.Title)];
        return new()
        {
            Name = "nulls",
            Title = "What do the studies find where there is nothing to find?",
            What =
                $"The same studies over {nulls.Sentences:N0} sentences: the model as it is; with the entries of "
                + $"every weight matrix permuted; and over the same tokens in random order.",
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
                        Series("the model", row => row.Sample), Series("random weights", row => row.Random),
                        Series("shuffled text", row => row.Shuffled),
                    ],
                },
            ],
            Means = Means(rows),
            CannotShow =
                "Random weights are no untrained network: the scales of matrices and norms that training found stay."
                + (without.Length == 0
                    ? ""
                    : $" Not run on nulls: {string.Join(", ", without)}; they describe this model, and chance is no "
                    + $"answer to them."),
            Details =
            [
                new("Every measurement with its nulls",
                    [new("measurement"), new("the model", true), new("random weights", true),
                        new("shuffled text", true)],
                    [.. rows.Select(
                        row =>
                            (IReadOnlyList<string>)[row.Name, row.Format.Write(row.Sample),
                                row.Format.Write(row.Random), row.Format.Write(row.Shuffled)])]),
            ],
        };

        Series Series(string name, Func<NullRow, Estimate> of) =>
            new(name, [.. rows.Where(row => row.Short is not null).Select(row => (Plotted?)of(row))]);
    }

    private static string Means(NullRow[] rows)
    {
        string[] apart = [.. rows.Where(row => Compare(row.Sample, row.Random) != 0).Select(row => row.Name)];
        string[] same = [.. rows.Where(row => Compare(row.Sample, row.Random) == 0).Select(row => row.Name)];
        string trained = apart.Length == 0
            ? "Nothing measured here tells the model from one with random weights"
            : $"What tells the model from random weights: {string.Join(", ", apart)}";
        return same.Length == 0 || apart.Length == 0
            ? trained + "."
            : $"{trained}; what does not: {string.Join(", ", same)}.";
    }
}
