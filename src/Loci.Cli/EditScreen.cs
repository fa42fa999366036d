using Loci.Editing;
using Loci.Memory.Numerics;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>Edits as a person reads them.</summary>
internal static class EditScreen
{
    private const int MostTexts = 24;

    public static void WriteForecast(IReadOnlyList<EditPlan> plans)
    {
        foreach (var plan in plans)
        {
            Console.Out.WriteLine($"{plan.Entry.Title}, by {plan.Entry.Method}");
            if (plan.Forecast is not { } forecast)
            {
                Console.Out.WriteLine("  trained: no keys, and so no forecast; look at what is said afterwards");
                continue;
            }
            Write(
                [
                    "layer", "denominator", "‖ΔW‖/‖W‖", "growth", "spill on everyday text", "on neighbours",
                    "on earlier edits",
                ],
                forecast.Layers.Select(layer => (string[])
                [
                    $"{layer.Layer}", $"{layer.Denominator:g3}", $"{layer.Norm:p1}", $"{layer.Growth:p2}",
                    Share(layer.Everyday), Share(layer.Neighbours), Share(layer.Earlier),
                ]));
        }
    }

    public static void WriteOutcome(
        IReadOnlyList<EditPlan> plans, string path, string model, IReadOnlyList<EditedText> texts)
    {
        Write(
            ["edit", "said before", "said now", "P(new) before", "now"],
            plans.SelectMany(plan => plan.Entry.Before.Zip(plan.Entry.After, (before, after) => (string[])
            [
                $"{plan.Entry.Number}", before.Said, after.Said, $"{before.Probability:p1}", $"{after.Probability:p1}",
            ])));
        if (texts.Count > 0)
            Write(["", "prompt", "said before", "said now"], texts.Take(MostTexts).Select(text => (string[])
            [
                text.IsNeighbour ? "neighbour" : "paraphrase", text.Prompt, text.Before,
                text.Before == text.After ? "the same" : text.After,
            ]));
        if (texts.Count > MostTexts)
            Console.Out.WriteLine($"… and {texts.Count - MostTexts} texts more; «loci edit evaluate» counts them all.");
        foreach (var plan in plans.Where(plan => !plan.Took))
            Screen.Warn($"edit {plan.Entry.Number} did not take: another layer or method may.");
        Console.Out.WriteLine($"The edited model is {model}@{path}; loci edit undo {path} {plans[^1].Entry.Number}");
    }

    public static void WriteList(EditJournal journal)
    {
        Console.Out.WriteLine(
            $"{Count(journal.Entries.Length, "edit")} of {journal.BaseName} ({journal.BaseIdentity[..12]})");
        if (journal.Entries.IsEmpty) return;
        Write(["edit", "state", "method", "layers", "what", "P before", "after"], journal.Entries.Select(entry =>
            (string[])
        [
            $"{entry.Number}", EditJournal.Word(entry.State), entry.Method, string.Join(',', entry.Layers), entry.Title,
            Chance(entry.Before), Chance(entry.After),
        ]));
    }

    public static void WriteEntry(JournalEntry entry)
    {
        Console.Out.WriteLine($"Edit {entry.Number}, {EditJournal.Word(entry.State)}: {entry.Title}");
        Console.Out.WriteLine(
            $"  {entry.Method} in {(entry.Layers.Count == 1 ? "layer" : "layers")} {string.Join(", ", entry.Layers)}, "
            + $"{entry.Time:yyyy-MM-dd HH:mm} UTC");
        if (entry.SolvedOn.Count > 0)
            Console.Out.WriteLine($"  solved on top of {string.Join(", ", entry.SolvedOn)}");
        if (entry.Note.Length > 0) Console.Out.WriteLine($"  {entry.Note}");
        for (int i = 0; i < entry.Requests.Count; i++)
            Console.Out.WriteLine(
                $"  {entry.Requests[i]}: P {entry.Before[i].Probability:p1} → {entry.After[i].Probability:p1}, said "
                + $"«{entry.Before[i].Said}» → «{entry.After[i].Said}»");
        foreach (var change in entry.Changes)
            Console.Out.WriteLine(
                $"  {change.Tensor}: ‖Δ‖ {change.Norm():g4}"
                + (change.Factors is { } factors ? $", rank {factors.Terms.Count}" : ", every number"));
    }

    public static void WriteReplay(ReplayResult result) => Write(
        ["was", "now", "method", "what", "P before", "after", "now"],
        result.Edits.Select(edit => (string[])
        [
            $"{edit.Was.Number}", edit.Now is { } now ? $"{now.Number}" : "–", edit.Was.Method, edit.Was.Title,
            Chance(edit.Was.Before), Chance(edit.Was.After), edit.Now is null ? edit.Refusal : Chance(edit.Now.After),
        ]));

    public static void WriteEvaluation(EvaluationResult result)
    {
        Write(["measure", "value", "95 % interval"], EditMeasureView.All(result).Where(m => m.Value is not null).Select(
            m => (string[])[m.Name.Replace('_', ' '), $"{m.Value:p1}", m.Low is null ? ""
                : $"{m.Low:p1} to {m.High:p1}"]));
        if (result.PerplexityAfter is { } after)
            Console.Out.WriteLine($"perplexity on held-out text {result.PerplexityBefore:f3} → {after:f3}");
    }

    public static void WriteAdvice(LayerAdvice advice, IReadOnlyList<LayerTrial> trials)
    {
        Console.Out.WriteLine(
            $"P of the answer {advice.Clean:p1}; with noise on the subject {Mean(advice.Corrupted)}. What each layer's "
            + "state at the subject's last token brings back:");
        Write(["layer", "brought back"], advice.Restored.Select((layer, i) => (string[])[$"{i}", Mean(layer)]));
        if (trials.Count == 0) return;
        Console.Out.WriteLine("The edit written to each layer alone:");
        Write(
            ["layer", "said", "P of the new answer", "‖ΔW‖/‖W‖", "spill on everyday text"],
            trials.Select(trial => (string[])
            [
                $"{trial.Layer}", $"{trial.Said} of {trial.Draws}", Mean(trial.Probability), Mean(trial.Change),
                Mean(trial.Spill),
            ]));
        foreach (var trial in trials.Where(trial => trial.Refusal.Length > 0))
            Console.Out.WriteLine($"layer {trial.Layer} was refused: {trial.Refusal}");
    }

    /// <summary>«1 edit», «2 edits».</summary>
    public static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Chance(IReadOnlyList<RequestScore> scores) =>
        scores.Count == 0 ? "–" : $"{scores.Average(score => score.Probability):p1}";

    private static string Mean(Interval interval) => interval.Count == 0 ? "–"
        : interval.Count == 1 ? $"{interval.Mean:p1}" : $"{interval.Mean:p1} ± {interval.Half:p1}";

    private static string Share(double number) => double.IsNaN(number) ? "–" : $"{number:p1}";

    private static void Write(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns) table.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (string[] row in rows) table.AddRow(row.Select(cell => new Plain(cell)));
        Screen.Results.Write(table);
    }
}
