using System.CommandLine;
using Loci.Editing;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit replay</c>: solves the active edits of a journal anew.</summary>
internal static class EditReplayCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "What to solve on: the journal's base, or another checkpoint of the same shape.",
        };
        var file = new Argument<string>("FILE") { Description = "A journal of edits." };
        var to = new Option<string>("--out") { HelpName = "FILE", Required = true, Description = "The new journal." };
        var statistics = new Option<string?>("--statistics")
        {
            HelpName = "FILE", Description = "Statistics of keys. Default: MODEL.keys here.",
        };
        var threads = Shared.Threads();
        var command = new Command(
            "replay", "Solve the active edits anew, one after another, as if what was taken back had never been.")
        {
            model, file, to, statistics, threads,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string target = parsed.GetRequiredValue(to);
            Shared.CheckNew(target, force: false);
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var journal = EditJournal.Load(parsed.GetRequiredValue(file));
            var opened = ModelSource.OpenBase(EditRequests.Base(parsed.GetRequiredValue(model)).Model, cancel);
            using var line = new ProgressLine();
            KeyStatistics? known = null;
            foreach (string method in journal.Active.Select(entry => entry.Method).Distinct())
                known ??= EditStatistics.For(
                    opened, parsed.GetValue(statistics), EditMethod.Named(method), compute, line);
            int count = journal.Active.Count();
            var result = EditReplay.Run(
                opened, journal, known, DateTimeOffset.UtcNow, compute,
                new ImmediateProgress<int>(done => line.Show($"{done} of {count} edits", final: done == count)));
            result.Journal.Save(target);
            EditScreen.WriteReplay(result);
            if (journal.Active.Any(entry => entry.Layers.Count > 1))
                Screen.Warn(
                    "edits of several layers read their upper keys after the lower layers were written: undo alone "
                    + "leaves what was read then, and only a replay gives what would be solved now.");
            Console.Out.WriteLine(
                $"{target}: {EditScreen.Count(result.Journal.Entries.Length, "edit")} of {opened.Name}");
            return result.Took ? 0 : 1;
        }, cancel));
        return command.WithExamples("loci edit replay demo demo.journal --out anew.journal");
    }
}
