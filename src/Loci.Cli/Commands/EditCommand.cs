using System.CommandLine;
using Loci.BuiltIn;
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
            HelpName = "MODEL", Description = "The model to edit; MODEL@FILE names its journal too.", Required = true,
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
        var set = new Option<string[]>("--set")
        {
            HelpName = "NAME=NUMBER", AllowMultipleArgumentsPerToken = true,
            Description = "Settings as «loci edit show --json» names them: weight=15, cutoff=0.02, radius=0.001, "
                + "ball=2 (0 none, 1 largest, 2 Euclidean), value_steps=50.",
        };
        var probes = Text(
            "--probes", "FILE",
            "Neighbours that the forecast looks at, as a batch; a built-in model's own without it.");
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
            prompt, model, subject, to, batch, method, set, layers, journal, statistics, probes, keepsNorm, note, seed,
            yes, dry, threads, json,
        };
        foreach (var sub in EditJournalCommands.All().Concat(more)) command.Add(sub);
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var requests = EditRequests.Read(
                parsed.GetValue(prompt), parsed.GetValue(subject), parsed.GetValue(to), parsed.GetValue(batch));
            var reference = ModelReference.Parse(parsed.GetRequiredValue(model), BuiltInModels.Names.Contains);
            if (reference.Journal is not null && parsed.GetValue(journal) is not null)
                throw new UsageException("Name one journal: behind the model's «@», or with --journal.");
            string name = reference.Model, path = reference.Journal ?? parsed.GetValue(journal)
                ?? $"{EditRequests.FileName(name)}.journal";
            bool asJson = parsed.GetValue(json), asks = !parsed.GetValue(dry) && !parsed.GetValue(yes);
            if (asks && (asJson || Console.IsInputRedirected))
                throw new UsageException(
                    "Nobody can be asked here: give --yes to write, or --dry-run for the forecast.");
            Shared.CheckWritable(path);
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var opened = ModelSource.OpenBase(name, cancel);
            var edits = File.Exists(path) ? EditJournal.Load(path) : EditJournal.Of(opened);
            edits.Require(opened);
            var (how, settings) = EditRequests.Chosen(
                EditMethod.Named(parsed.GetRequiredValue(method)),
                new() { Layers = EditRequests.Layers(parsed.GetValue(layers)), Seed = parsed.GetValue(seed) },
                parsed.GetValue(set) ?? []);
            if (parsed.GetValue(keepsNorm)) settings = settings with { KeepsNorm = true };
            KeyStatistics? known;
            using (var line = new ProgressLine())
                known = EditStatistics.For(opened, parsed.GetValue(statistics), how, compute, line);
            var cases = EditRequests.WorldCases(opened, requests, compute);
            EditRequest[] near = parsed.GetValue(probes) is { } file
                ? [.. CaseFiles.Read(file).Select(one => one.Request)] : [.. cases.SelectMany(one => one.Probes)];
            IReadOnlyList<EditRequest>[] batches = how is RomeEdit or DeltaRuleEdit
                ? [.. requests.Select(request => (IReadOnlyList<EditRequest>)[request])] : [requests];
            var plans = new List<EditPlan>();
            foreach (var part in batches)
            {
                var plan = new Editor(opened, edits, known).Plan(part, how, settings, near, compute);
                var entry = plan.Entry with { Note = parsed.GetValue(note) ?? "", Time = DateTimeOffset.UtcNow };
                edits = edits.Add(entry);
                plans.Add(plan with { Entry = edits.Entries[^1] });
            }
            if (!asJson) EditScreen.WriteForecast(plans);
            bool writes = asks ? Asked(path) : !parsed.GetValue(dry);
            if (writes) edits.Save(path);
            var texts = writes ? EditedText.Of(plans[0].Before, plans[^1].After, cases, compute) : [];
            if (asJson) JsonOutput.Write(EditView.Of(plans, path, writes, texts));
            else if (!writes) Console.Out.WriteLine("Nothing is written.");
            else EditScreen.WriteOutcome(plans, path, name, texts);
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

    private static bool Asked(string path)
    {
        Console.Error.Write($"Write this into {path}? [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
