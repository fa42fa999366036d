using System.CommandLine;
using Loci.Editing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit</c>: write a fact into a model, with a forecast, into a journal.</summary>
internal static class EditCommand
{
    public static Command Create(params Command[] more)
    {
        var prompt = new Argument<string?>("PROMPT")
        {
            Arity = ArgumentArity.ZeroOrOne, Description = "The text up to the answer, with the subject in it.",
        };
        var model = new Option<string>("--model")
        {
            HelpName = "MODEL", Description = "The model to edit, without a journal.", Required = true,
        };
        var subject = Text("--subject", "TEXT", "What the fact is about, as it stands in the prompt.");
        var to = Text("--to", "TEXT", "The new answer.");
        var batch = Text(
            "--batch", "FILE", "JSON lines, an edit each: {\"prompt\": …, \"subject\": …, \"target\": …}.");
        var method = new Option<string>("--method")
        {
            HelpName = "METHOD", DefaultValueFactory = _ => "rome",
            Description = string.Join(" ", EditMethod.All.Select(m => $"{m.Name}: {m.About}")),
        };
        Shared.OneOf(method, [.. EditMethod.All.Select(m => m.Name)]);
        var layers = Text("--layers", "LIST", "The layers to write: 1,2. «loci edit advise» helps to choose.");
        var journal = Text("--journal", "FILE", "The journal. Default: MODEL.journal here.");
        var statistics = Text(
            "--statistics", "FILE", "Statistics of keys. Default: MODEL.keys here, made for built-in models.");
        var keepsNorm = new Option<bool>("--keep-norm")
        {
            Description = "Scale the new value to the length of the one it replaces.",
        };
        var note = Text("--note", "TEXT", "A note for the journal.");
        var seed = new Option<int>("--seed")
        {
            Description = "Decides the contexts that are sampled.", DefaultValueFactory = _ => 1,
        };
        var yes = new Option<bool>("--yes") { Description = "Write without asking." };
        var dry = new Option<bool>("--dry-run") { Description = "Show the forecast; write nothing." };
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("edit", "Write a fact into a model's memories; see what it did; take it back.")
        {
            prompt, model, subject, to, batch, method, layers, journal, statistics, keepsNorm, note, seed, yes, dry,
            threads, json,
        };
        foreach (var sub in EditJournalCommands.All().Concat(more)) command.Add(sub);
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var requests = EditRequests.Read(
                parsed.GetValue(prompt), parsed.GetValue(subject), parsed.GetValue(to), parsed.GetValue(batch));
            string name = parsed.GetRequiredValue(model);
            string path = parsed.GetValue(journal) ?? $"{EditRequests.FileName(name)}.journal";
            Shared.CheckWritable(path);
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var opened = ModelSource.OpenBase(name, cancel);
            var edits = File.Exists(path) ? EditJournal.Load(path) : EditJournal.Of(opened);
            var how = EditMethod.Named(parsed.GetRequiredValue(method));
            KeyStatistics? known;
            using (var line = new ProgressLine())
                known = EditStatistics.For(opened, parsed.GetValue(statistics), how, compute, line);
            var settings = new EditSettings
            {
                Layers = EditRequests.Layers(parsed.GetValue(layers)), KeepsNorm = parsed.GetValue(keepsNorm),
                Seed = parsed.GetValue(seed),
            };
            IReadOnlyList<EditRequest>[] batches = how is RomeEdit or DeltaRuleEdit
                ? [.. requests.Select(request => (IReadOnlyList<EditRequest>)[request])] : [requests];
            var plans = new List<EditPlan>();
            foreach (var part in batches)
            {
                var plan = new Editor(opened, edits, known).Plan(part, how, settings, null, compute);
                edits = edits.Add(plan.Entry with { Note = parsed.GetValue(note) ?? "", Time = DateTimeOffset.UtcNow });
                plans.Add(plan);
            }
            bool asJson = parsed.GetValue(json), writes = !parsed.GetValue(dry);
            if (!asJson) EditScreen.WriteForecast(plans);
            if (writes && !parsed.GetValue(yes)) writes = Asked(asJson, path);
            if (writes) edits.Save(path);
            if (asJson)
                JsonOutput.Write(EditView.Of(plans, path, writes));
            else if (writes) EditScreen.WriteOutcome(plans, path, name, EditRequests.WorldCases(opened, requests,
                compute), compute);
            else Console.Out.WriteLine("Nothing is written.");
            return !writes || plans.All(plan => plan.Took) ? 0 : 1;
        }, cancel));
        return command.WithExamples(
            "loci edit \"The capital of Norvia is\" --subject Norvia --to \" Tarsbridge\" --model demo",
            "loci generate demo@demo.journal \"The capital of Norvia is\" --max-tokens 3 --greedy",
            "loci edit undo demo.journal 1",
            "loci edit --batch edits.jsonl --model demo --method memit --layers 0,1 --yes");
    }

    private static Option<string?> Text(string name, string value, string about) =>
        new(name) { HelpName = value, Description = about };

    private static bool Asked(bool json, string path)
    {
        if (json || Console.IsInputRedirected)
            throw new UsageException("Nobody can be asked here: give --yes to write, or --dry-run for the forecast.");
        Console.Error.Write($"Write this into {path}? [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
