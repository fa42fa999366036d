using System.CommandLine;
using Loci.Editing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit evaluate</c>: how well edits took, and what else they changed.</summary>
internal static class EditEvaluateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL@FILE") { Description = "A model and its journal: demo@demo.journal." };
        var cases = new Option<string?>("--cases")
        {
            HelpName = "FILE",
            Description = "CounterFact, zsRE, MQuAKE or RippleEdits; the world's own for built-in models without it.",
        };
        var text = new Option<string?>("--text") { HelpName = "FILE", Description = "Held-out lines for perplexity." };
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("evaluate", "Judge the edits of a journal against the stored base.")
        {
            model, cases, text, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var reference = ModelReference.Parse(
                parsed.GetRequiredValue(model), Loci.BuiltIn.BuiltInModels.Names.Contains);
            if (reference.Journal is null) throw new UsageException("Name the journal: MODEL@FILE.");
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var opened = ModelSource.OpenBase(reference.Model, cancel);
            var journal = EditJournal.Load(reference.Journal);
            var edited = EditedModel.Open(opened, journal);
            var active = journal.Active.SelectMany(entry => entry.Requests).ToArray();
            if (active.Length == 0) throw new LociException($"{reference.Journal} has no active edit to judge.");
            var wanted = active.Select(Asked).ToHashSet();
            IReadOnlyList<EditCase> all = parsed.GetValue(cases) is { } path
                ? [.. CaseFiles.Read(path).Where(one => wanted.Contains(Asked(one.Request)))]
                : EditRequests.WorldCases(opened, active, compute);
            if (all.Count == 0)
                throw new LociException(
                    "None of the journal's edits is a case of the file, or of the world: there is nothing to judge. "
                    + "--cases FILE gives their paraphrases and neighbours.");
            int judged = all.Select(one => Asked(one.Request)).Distinct().Count();
            if (judged < wanted.Count)
                Screen.Warn($"{judged} of {wanted.Count} active edits have a case; the others are not judged.");
            string[] lines = parsed.GetValue(text) is { } held
                ? [.. Loci.Text.TextFile.ReadAll(held).Split('\n', StringSplitOptions.RemoveEmptyEntries)] : [];
            var result = EditEvaluation.Run(opened, edited, all, lines, compute);
            if (parsed.GetValue(json)) JsonOutput.Write(EditEvaluationView.Of(result));
            else EditScreen.WriteEvaluation(result);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci edit evaluate demo@demo.journal", "loci edit evaluate gpt2@facts.journal --cases counterfact.json");
    }

    // Spaces at the ends are the tokenizer's business, not the fact's.
    private static (string Prompt, string Target) Asked(EditRequest request) =>
        (request.Prompt.Trim(), request.Target.Trim());
}
