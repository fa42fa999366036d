using Loci.Editing;
using Loci.Memory.Numerics;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>Edits as a person reads them.</summary>
internal static class EditScreen
{
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
            Write(["layer", "denominator", "‖ΔW‖/‖W‖", "growth", "spill on everyday text", "on earlier edits"],
                forecast.Layers.Select(layer => (string[])
                [
                    $"{layer.Layer}", $"{layer.Denominator:g3}", $"{layer.Norm:p1}", $"{layer.Growth:p2}",
                    Share(layer.Everyday), Share(layer.Earlier),
                ]));
        }
    }

    public static void WriteOutcome(
        IReadOnlyList<EditPlan> plans, string path, string model, IReadOnlyList<EditCase> cases, Compute compute)
    {
        Write(["edit", "before", "", "after", ""], plans.SelectMany(plan => plan.Entry.Before.Zip(plan.Entry.After,
            (before, after) => (string[])
            [
                $"{plan.Entry.Number}", before.Said, $"P {before.Probability:p1}", after.Said,
                    $"P {after.Probability:p1}",
            ])));
        if (cases.Count > 0)
            WriteEvaluation(EditEvaluation.Run(plans[0].Before, plans[^1].After, cases, null, compute));
        foreach (var plan in plans.Where(plan => !plan.Took))
            Screen.Warn($"edit {plan.Entry.Number} did not take: another layer or method may.");
        Console.Out.WriteLine($"The edited model is {model}@{path}; loci edit undo {path} {plans[^1].Entry.Number}");
    }

    public static void WriteList(EditJournal journal)
    {
        Console.Out.WriteLine($"{journal.Entries.Length} edits of {journal.BaseName} ({journal.BaseIdentity[..12]})");
        if (journal.Entries.IsEmpty) return;
        Write(["edit", "state", "method", "layers", "what", "P before", "after"], journal.Entries.Select(entry =>
            (string[])
        [
            $"{entry.Number}", EditJournal.Word(entry.State), entry.Method, string.Join(',', entry.Layers), entry.Title,
            $"{entry.Before.Average(score => score.Probability):p1}",
                $"{entry.After.Average(score => score.Probability):p1}",
        ]));
    }

    public static void WriteEntry(JournalEntry entry)
    {
        Console.Out.WriteLine($"Edit {entry.Number}, {EditJournal.Word(entry.State)}: {entry.Title}");
        Console.Out.WriteLine($"  {entry.Method} in layers {string.Join(", ", entry.Layers)}, "
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

    public static void WriteEvaluation(EvaluationResult result)
    {
        Write(["measure", "value", "95 % interval"], EditMeasureView.All(result).Where(m => m.Value is not null).Select(
            m => (string[])[m.Name.Replace('_', ' '), $"{m.Value:p1}", m.Low is null ? ""
                : $"{m.Low:p1} to {m.High:p1}"]));
        if (result.PerplexityAfter is { } after)
            Console.Out.WriteLine($"perplexity on held-out text {result.PerplexityBefore:f3} → {after:f3}");
    }

    public static void WriteAdvice(LayerAdvice advice)
    {
        Console.Out.WriteLine(
            $"P of the answer {advice.Clean:p1}; with noise on the subject {Mean(advice.Corrupted)}. What each layer's "
            + "state at the subject's last token brings back:");
        Write(["layer", "brought back"], advice.Restored.Select((layer, i) => (string[])[$"{i}", Mean(layer)]));
    }

    private static string Mean(Interval interval) => $"{interval.Mean:p1} ± {interval.Half:p1}";

    private static string Share(double number) => double.IsNaN(number) ? "–" : $"{number:p1}";

    private static void Write(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns) table.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (string[] row in rows) table.AddRow(row.Select(cell => new Plain(cell)));
        Screen.Results.Write(table);
    }
}
