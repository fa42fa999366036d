using System.Globalization;
using System.Text;
using Loci.Editing;
using Loci.Reports;
using Loci.Reports.Figures;
using Loci.Studies.Statistics;

namespace Loci.Cli;

/// <summary>
/// What the editing lab measured, as tables and figures for a page. Intervals are over edits where each is from the
/// base, over draws of the facts where edits follow one another.
/// </summary>
internal sealed class EditingLabPage(EditingTable table, string model)
{
    private static readonly (string Head, string Column)[] s_shares =
    [
        ("new answer, P", "efficacy"), ("said", "efficacy_said"), ("paraphrases, P", "paraphrases"),
        ("said", "paraphrases_said"), ("neighbours, P", "neighbours"), ("said", "neighbours_kept"),
        ("other facts kept", "others_kept"),
    ];

    /// <summary>Writes <c>NAME.md</c> and figures beside it; gives the page's path.</summary>
    public string Write(string folder)
    {
        var page = new StringBuilder(
            $"# Editing `{model}`: every number\n\n`loci lab editing {model} --out FOLDER` writes this page of "
            + $"{model}.csv. "
            + "Shares with 95 % intervals over edits, or over draws of the facts where there are several.\n\n");
        var singles = Trials("single").ToLookup(trial => Kind(trial.Key));
        Singles(page, "Single edits, each from the base", singles["method"]);
        Singles(page, "Which block: constrained by nothing, its cells or the whole of it", singles["block"]);
        Singles(page, "The size of the constraint", singles["constraint"]);
        Forecasts(page, singles["method"]);
        Sequences(page);
        Curves(folder, "others_kept", "others", "Other facts kept in a sequence", "facts still said");
        Curves(folder, "efficacy_said", "taken", "Edits of a sequence that are said", "edits said");
        Constraint(folder, singles["constraint"]);
        string path = Path.Combine(folder, $"{model}.md");
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(page.ToString()));
        return path;
    }

    private static string Kind(string trial) => trial.StartsWith("block ", StringComparison.Ordinal) ? "block"
        : trial.StartsWith("largest ", StringComparison.Ordinal)
        || trial.StartsWith("euclidean ", StringComparison.Ordinal) ? "constraint" : "method";

    private IEnumerable<IGrouping<string, IReadOnlyList<string>>> Trials(string experiment) =>
        table.Rows.Where(row => row[0] == experiment).GroupBy(row => row[1]);

    private static void Singles(
        StringBuilder page, string title, IEnumerable<IGrouping<string, IReadOnlyList<string>>> trials)
    {
        if (!trials.Any()) return;
        page.Append($"## {title}\n\n| | edits | ").AppendJoin(" | ", s_shares.Select(share => share.Head))
            .Append(" | perplexity of prose |\n|---|---|").Append(string.Concat(s_shares.Select(_ => "---|")))
            .Append("---|\n");
        foreach (var trial in trials)
            page.Append($"| {Name(trial.Key)} | {trial.Count()} | ")
                .AppendJoin(" | ", s_shares.Select(share => Share(Numbers(trial, share.Column))))
                .Append($" | {Mean(Numbers(trial, "perplexity_after"))} |\n");
        page.Append('\n');
    }

    private void Sequences(StringBuilder page)
    {
        if (!Trials("sequence").Any()) return;
        page.Append("## Sequences, each edit on top of those before it\n\n| | edits | draws | ")
            .AppendJoin(" | ", s_shares.Select(share => share.Head))
            .Append(" | perplexity of prose | growth of ‖W‖ |\n|---|---|---|")
            .Append(string.Concat(s_shares.Select(_ => "---|"))).Append("---|---|\n");
        foreach (var trial in Trials("sequence"))
            foreach (var length in trial.GroupBy(row => Number(row[2])).OrderBy(group => group.Key))
                page.Append($"| {Name(trial.Key)} | {length.Key:n0} | {length.Count()} | ")
                    .AppendJoin(" | ", s_shares.Select(share => Share(Numbers(length, share.Column))))
                    .Append($" | {Mean(Numbers(length, "perplexity_after"))} | {Mean(Numbers(length, "growth"))} |\n");
        page.Append('\n');
    }

    private static void Forecasts(
        StringBuilder page, IEnumerable<IGrouping<string, IReadOnlyList<string>>> trials)
    {
        string[] damages = ["others_kept", "neighbours_kept", "perplexity_after"];
        var forecast = trials.Where(trial => Numbers(trial, "forecast_spill").Length >= Ranks.Least).ToArray();
        if (forecast.Length == 0) return;
        page.Append("## Forecast spill against the damage found: Spearman's rank correlation over edits\n\n")
            .Append("| | edits | other facts lost | neighbours lost | perplexity |\n|---|---|---|---|---|\n");
        foreach (var trial in forecast)
        {
            var rows = trial.Where(row => Of(row, "forecast_spill").Length > 0).ToArray();
            page.Append($"| {Name(trial.Key)} | {rows.Length} |");
            foreach (string damage in damages)
            {
                var (value, low, high) = Ranks.Correlation(
                    Numbers(rows, "forecast_spill"),
                    [.. Numbers(rows, damage).Select(x => damage == "perplexity_after" ? x : 1 - x)]);
                page.Append(CultureInfo.InvariantCulture, $" {value:f2} ({low:f2} to {high:f2}) |");
            }
            page.Append('\n');
        }
        page.Append('\n');
    }

    private void Curves(string folder, string column, string stem, string title, string label)
    {
        var trials = Trials("sequence").Where(trial => trial.Count() > 1).ToArray();
        if (trials.Length == 0) return;
        FigureFiles.Save(
            new CurvePlot
            {
                Name = stem, Title = title,
                Description = $"{title}, by method, against the length of the sequence; edits of {model}.",
                AcrossAxis = new("edits", Log: true), Axis = new(label, NumberFormat.Percent, Min: 0, Max: 1),
                Curves =
                [
                    .. trials.Select(trial => new PlottedCurve(Name(trial.Key),
                    [
                        .. trial.GroupBy(row => Number(row[2])).OrderBy(group => group.Key)
                            .Select(length => new CurvePoint(length.Key, Estimated(Numbers(length, column)))),
                    ])),
                ],
            }, Path.Combine(folder, $"{model}-{stem}"));
    }

    private void Constraint(
        string folder, IEnumerable<IGrouping<string, IReadOnlyList<string>>> trials)
    {
        var sizes = trials.Where(trial => trial.Key.StartsWith("largest ", StringComparison.Ordinal))
            .Select(trial => (Radius: Number(trial.Key["largest ".Length..]), Rows: trial)).OrderBy(one => one.Radius)
            .ToArray();
        if (sizes.Length < 2) return;
        PlottedCurve Curve(string name, string column) => new(
            name, [.. sizes.Select(one => new CurvePoint(one.Radius, Estimated(Numbers(one.Rows, column))))]);
        FigureFiles.Save(
            new CurvePlot
            {
                Name = "constraint", Title = "A larger constraint takes more and keeps less",
                Description = "Shares against the radius of the ball in the largest norm, single edits of " + model
                    + ".",
                AcrossAxis = new("most that a weight may change", Log: true),
                Axis = new("share", NumberFormat.Percent, Min: 0, Max: 1),
                Curves =
                [
                    Curve("edits said", "efficacy_said"), Curve("paraphrases said", "paraphrases_said"),
                    Curve("neighbours kept", "neighbours_kept"), Curve("other facts kept", "others_kept"),
                ],
            }, Path.Combine(folder, $"{model}-constraint"));
    }

    private static string Name(string trial) => trial.Replace(';', ',');

    private static string Of(IReadOnlyList<string> row, string column) =>
        row[EditingTable.Columns.ToList().IndexOf(column)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double[] Numbers(IEnumerable<IReadOnlyList<string>> rows, string column) =>
        [.. rows.Select(row => Of(row, column)).Where(text => text.Length > 0).Select(Number)];

    private static Estimate Estimated(double[] shares) =>
        shares.Length == 0 ? Estimate.None : Estimate.MeanShare(shares, Units.Each(shares.Length));

    private static string Share(double[] shares)
    {
        var estimate = Estimated(shares);
        return shares.Length == 0 ? "–" : shares.Length == 1 ? Invariant($"{100 * shares[0]:f1} %")
            : Invariant($"{100 * estimate.Value:f1} % ({100 * estimate.Low:f1} to {100 * estimate.High:f1})");
    }

    private static string Mean(double[] numbers) =>
        numbers.Length == 0 ? "–" : Invariant($"{numbers.Average():g4}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
