using System.Globalization;
using System.Text;
using Loci.Memory.Numerics;

namespace Loci.Training.Labs.Language;

/// <summary>
/// Perplexities of a table's runs: a line for each as CSV; means, intervals and the paper's numbers as Markdown.
/// </summary>
internal static class LanguageTable
{
    public const string Header =
        "model,seed,perplexity,loss,tokens,tokens_per_second,tokens_per_processor_second,state_floats,parameters";

    public static string Csv(IReadOnlyList<LabResult> results, int vocabulary)
    {
        var parameters = Parameters(results, vocabulary);
        var csv = new StringBuilder(Header + "\n");
        foreach (var result in results)
        {
            var (model, seed) = (result.Run.Model, result.Run.Seed);
            csv.Append(CultureInfo.InvariantCulture,
                $"{model.Name},{seed},{Number(result.Perplexity, "0.0000")},"
                + $"{Number(result.Loss, "R")},{result.Tokens},")
                .Append(CultureInfo.InvariantCulture,
                    $"{Number(result.TokensPerSecond, "0.0")},{Number(result.TokensPerProcessorSecond, "0.0")},"
                    + $"{model.StateFloats},{parameters[model]}\n");
        }
        return csv.ToString();
    }

    /// <summary>
    /// Perplexities of every model's seeds, as <see cref="Csv"/> wrote them; NaN where a run diverged.
    /// </summary>
    public static IEnumerable<(string Model, IReadOnlyList<double> Perplexities)> Read(string path) =>
        GrowingCsv.Read(path, Header)
        .Select(
            line =>
                (Model: LanguageModel.Today(line.Fields[0]),
                    Perplexity: GrowingCsv.Number(line.Fields[2], out double perplexity) ? perplexity : double.NaN))
        .GroupBy(row => row.Model)
        .Select(model => (model.Key, (IReadOnlyList<double>)[.. model.Select(row => row.Perplexity)]));

    /// <summary>The whole page.</summary>
    /// <param name="plan">What was run.</param>
    /// <param name="results">Of all runs.</param>
    /// <param name="command">The command line that made it.</param>
    /// <param name="text">Where the text is from, and how much there is.</param>
    /// <param name="vocabulary">Of the tokenizer.</param>
    public static string Markdown(LanguagePlan plan, IReadOnlyList<LabResult> results, string command, string text,
        int vocabulary)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"`{command}`\n\n{text}\n\n");
        page.Append(CultureInfo.InvariantCulture,
            $"Every model: {LanguageModel.Layers} layers, width {LanguageModel.Width}, {LanguageModel.Heads} heads, "
            + $"{LanguageModel.Cells} cells, byte-pair vocabulary of {vocabulary:#,0}; ");
        page.Append(CultureInfo.InvariantCulture,
            $"{plan.Steps:#,0} steps of {LanguagePlan.TokensOfStep:#,0} tokens, AdamW {LanguagePlan.LearningRate:g}, "
            + $"segments of {LanguageModel.Context}; the same text, order and seeds. ");
        page.Append(plan.Evaluate == "sliding"
            ? "Perplexity: sliding windows, the last quarter of each scored.\n\n"
            : "Perplexity: windows that know nothing of each other, every token scored.\n\n");
        page.Append(Models(results, vocabulary)).Append('\n');
        string pairs = Pairs(results);
        if (pairs.Length > 0) page.Append(pairs).Append('\n');
        foreach (var result in results.Where(result => result.Diverged is not null))
            page.Append($"{result.Run.Name} diverged: {result.Diverged}\n\n");
        page.Append(CultureInfo.InvariantCulture,
            $"±: 95 % interval of the mean over {Count(plan.Seeds, "seed")} (Student's "
            + $"t){(plan.Seeds == 1 ? "; one seed gives none" : "")}. ");
        page.Append(
            "Paper: Schlag et al. 2021, WikiText-103, small (40 million parameters, 268 thousand words): other text, "
            + "other size, not comparable in value; what can be compared is the order. ");
        page.Append(
            "State: floats that one text keeps; softmax's grow with the text, shown for a full window. Tokens a "
            + "second: of training, one core a run; of the clock, other programs slowing it, and of the processor "
            + "time that the run got.\n");
        return page.ToString();
    }

    private static string Models(IReadOnlyList<LabResult> results, int vocabulary)
    {
        var parameters = Parameters(results, vocabulary);
        return MarkdownTable.Of(
            ["model", "attention", "perplexity", "paper", "tokens/s", "tokens/processor s", "state", "parameters"],
            results.GroupBy(result => result.Run.Model).Select(group => new[]
            {
                group.Key.Name, group.Key.About,
                group.Any(result => result.Diverged is not null)
                    ? "diverged"
                    : Interval.Of([.. group.Select(result => result.Perplexity)]).Text("0.00"),
                double.IsNaN(group.Key.Paper) ? "" : group.Key.Paper.ToString("0.0", CultureInfo.InvariantCulture),
                Number(group.Average(result => result.TokensPerSecond), "#,0"),
                Number(group.Average(result => result.TokensPerProcessorSecond), "#,0"),
                Number(group.Key.StateFloats, "#,0"), Number(parameters[group.Key], "#,0"),
            }), words: 2);
    }

    /// <summary>
    /// Delta against sum for every map whose runs are there, paired by seed; empty where there are none.
    /// </summary>
    public static string Pairs(IReadOnlyList<LabResult> results)
    {
        List<string[]> rows = [];
        foreach (var (map, sum, delta) in LanguageModel.Pairs)
        {
            var sums = Of(sum);
            var deltas = Of(delta);
            if (sums.Count == 0 || deltas.Count == 0) continue;
            double paper = Paper(delta) - Paper(sum);
            var difference = Interval.Of(
                [.. sums.Keys.Intersect(deltas.Keys).Order().Select(seed => deltas[seed] - sums[seed])]);
            string order = double.IsNaN(difference.Mean)
                ? "a model diverged"
                : double.IsNaN(difference.Half) ? "one seed says nothing of chance"
                : difference.High < 0
                ? "delta better, as in the paper"
                : difference.Low > 0 ? "sum better, unlike the paper" : "not told apart: the interval holds 0";
            rows.Add(
                [map, order, difference.Text("+0.00;−0.00;0.00").Replace("± +", "± ", StringComparison.Ordinal),
                    paper.ToString("+0.0;−0.0", CultureInfo.InvariantCulture)]);
        }
        return rows.Count == 0 ? "" : MarkdownTable.Of(["map", "order", "delta − sum", "paper"], rows, words: 2);

        Dictionary<int, double> Of(string name) =>
            results.Where(result => result.Run.Model.Name == name)
            .ToDictionary(result => result.Run.Seed, result => result.Perplexity);
    }

    private static double Paper(string name) => LanguageModel.Table.First(model => model.Name == name).Paper;

    private static Dictionary<LanguageModel, long> Parameters(IReadOnlyList<LabResult> results, int vocabulary) =>
        results.DistinctBy(result => result.Run.Model)
        .ToDictionary(result => result.Run.Model, result => result.Run.Parameters(vocabulary));

    private static string Count(int number, string what) => number == 1 ? $"one {what}" : $"{number} {what}s";

    private static string Number(double number, string format) =>
        double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "";
}
