using System.CommandLine;
using Loci.Editing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary>
/// What is done to a journal alone: <c>loci edit list, show, undo, redo, disable, rename, reorder, merge</c>.
/// </summary>
internal static class EditJournalCommands
{
    public static IEnumerable<Command> All() =>
    [
        List(), Show(),
        State("undo", "Take an edit back: the weights are exactly the sum of the others.", EditState.Undone),
        State("redo", "Bring an edit back that was undone or disabled.", EditState.Active),
        State("disable", "Set an edit aside.", EditState.Disabled), Rename(), Reorder(), Merge(),
    ];

    private static Argument<string> Journal() => new("FILE") { Description = "A journal of edits." };

    private static Argument<int> Number() => new("N") { Description = "The edit's number." };

    private static Command List()
    {
        var (file, json) = (Journal(), Shared.Json());
        var command = new Command("list", "Show the edits of a journal.") { file, json };
        command.SetAction(parsed =>
        {
            var journal = EditJournal.Load(parsed.GetRequiredValue(file));
            if (parsed.GetValue(json)) JsonOutput.Write(JournalView.Of(journal));
            else EditScreen.WriteList(journal);
            return 0;
        });
        return command.WithExamples("loci edit list demo.journal", "loci edit list demo.journal --json");
    }

    private static Command Show()
    {
        var (file, number, json) = (Journal(), Number(), Shared.Json());
        var command = new Command("show", "Show one edit: how it was solved, and what it changes.")
        {
            file, number, json,
        };
        command.SetAction(parsed =>
        {
            var entry = EditJournal.Load(parsed.GetRequiredValue(file))[parsed.GetValue(number)];
            if (parsed.GetValue(json)) JsonOutput.Write(JournalEntryView.Of(entry));
            else EditScreen.WriteEntry(entry);
            return 0;
        });
        return command.WithExamples("loci edit show demo.journal 1");
    }

    private static Command State(string name, string about, EditState state)
    {
        var (file, number) = (Journal(), Number());
        var command = new Command(name, about) { file, number };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            int which = parsed.GetValue(number);
            var journal = EditJournal.Load(path);
            var later = state == EditState.Active ? [] : journal.SolvedOnTopOf(which);
            journal.Set(which, state).Save(path);
            Console.Out.WriteLine($"Edit {which} is {EditJournal.Word(state)}: {journal[which].Title}");
            if (later.Count > 0)
                Console.Out.WriteLine(
                    $"Solved while it was active, and left as they are: "
                    + $"{string.Join(", ", later.Select(e => e.Number))}. «loci edit replay» solves them anew.");
            return 0;
        });
        return command.WithExamples($"loci edit {name} demo.journal 1");
    }

    private static Command Rename()
    {
        var (file, number) = (Journal(), Number());
        var title = new Argument<string>("NAME") { Description = "What to call it." };
        var note = new Option<string?>("--note") { HelpName = "TEXT", Description = "A note." };
        var command = new Command("rename", "Give an edit a name.") { file, number, title, note };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            int which = parsed.GetValue(number);
            var journal = EditJournal.Load(path).Rename(
                which, parsed.GetRequiredValue(title), parsed.GetValue(note)).Save(path);
            Console.Out.WriteLine($"Edit {which} is called {journal[which].Title}");
            return 0;
        });
        return command.WithExamples("loci edit rename demo.journal 1 \"the capital moves\"");
    }

    private static Command Reorder()
    {
        var (file, number) = (Journal(), Number());
        var before = Shared.Whole("--before", "The edit it comes before; the end without it.", 1, int.MaxValue);
        var command = new Command("reorder", "Move an edit: the order in which changes are summed.")
        {
            file, number, before,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            int place = parsed.GetValue(before);
            var journal = EditJournal.Load(path).Move(parsed.GetValue(number), place == 0 ? null : place).Save(path);
            Console.Out.WriteLine(
                $"Summed in the order {string.Join(", ", journal.Entries.Select(entry => entry.Number))}");
            return 0;
        });
        return command.WithExamples("loci edit reorder demo.journal 3 --before 1");
    }

    private static Command Merge()
    {
        var (file, other) = (Journal(), new Argument<string>("OTHER") { Description = "A journal of the same base." });
        var to = new Option<string>("--out") { HelpName = "FILE", Required = true, Description = "The new journal." };
        var command = new Command("merge", "Join two journals of one base.") { file, other, to };
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(to);
            Shared.CheckNew(target, force: false);
            var (merged, conflicts) = EditJournal.Load(parsed.GetRequiredValue(file))
                .Merge(EditJournal.Load(parsed.GetRequiredValue(other)));
            foreach (string conflict in conflicts) Screen.Warn(conflict);
            merged.Save(target);
            Console.Out.WriteLine(
                $"{target}: {EditScreen.Count(merged.Entries.Length, "edit")}, "
                + EditScreen.Count(conflicts.Count, "conflict"));
            return conflicts.Count == 0 ? 0 : 1;
        });
        return command.WithExamples("loci edit merge mine.journal theirs.journal --out both.journal");
    }
}
