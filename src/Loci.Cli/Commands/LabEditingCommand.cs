using System.CommandLine;
using Loci.Editing;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary><c>loci lab editing</c>: what edits do to a model whose facts are all known, method by method.</summary>
internal static class LabEditingCommand
{
    private const string Singles = "singles", Sequences = "sequences", Tuning = "tuning";
    private const ulong ProseSeed = 3; // neither the text the models learned nor the one the statistics are of
    private const int ProseWords = 60_000, ProseSentences = 60;

    private const int MostOfAll = 100; // edits of a sequence by every method

    private static readonly int[] s_lengths = [1, 3, 10, 30, 100, 300, 1000];

    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "demo, demo-gated or demo-delta: models that know the generated world.",
        };
        var folder = new Option<string>("--out")
        {
            Description = "The folder of the table, its page and figures.", HelpName = "FOLDER", Required = true,
        };
        var edits = Shared.Count("--edits", "Single edits of each method.", least: 1, fallback: 200, most: 1400);
        var longest = Shared.Count(
            "--longest", "Edits of the longest sequence; methods that are not followed so far stop at 100.", least: 1,
            fallback: 1000, most: 1400);
        var draws = Shared.Count(
            "--draws", "Draws of the facts of a sequence: its intervals are over them.", least: 1, fallback: 3,
            most: 100);
        var methods = new Option<string[]>("--methods")
        {
            HelpName = "NAME", Description = "Some methods, as the table names them: rome, \"rome, norm kept\", …",
            AllowMultipleArgumentsPerToken = true,
        };
        var only = new Option<string[]>("--only")
        {
            Description = $"Some of it: {Singles}, {Sequences}, {Tuning}.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [Singles, Sequences, Tuning],
        };
        Shared.OneOf(only, Singles, Sequences, Tuning);
        var threads = Shared.Threads();
        var command = new Command(
            "editing",
            "Edit facts of a known world by every method: what takes, what spills, when a sequence breaks the model.")
        {
            model, folder, edits, longest, draws, methods, only, threads,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string name = parsed.GetRequiredValue(model), path = parsed.GetRequiredValue(folder);
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var opened = ModelSource.OpenBase(name, cancel);
            if (!OwnText.IsOfWorld(opened))
                throw new UsageException("The lab edits the generated world: give demo, demo-gated or demo-delta.");
            Directory.CreateDirectory(path);
            using var line = new ProgressLine();
            var statistics = EditStatistics.Own(opened, Path.Combine(path, $"{name}.keys"), compute, line);
            var world = World.Create(OwnText.World);
            line.Show("asking what the model knows", final: true);
            var cases = WorldCases.Of(opened, world, compute);
            string[] prose =
            [
                .. world.Documents(ProseSeed, ProseWords).SelectMany(document => document.Sentences)
                    .Where(sentence => sentence.Facts.Count == 0).Select(sentence => sentence.Text)
                    .Take(ProseSentences),
            ];
            var table = new EditingTable(Path.Combine(path, $"{name}.csv"));
            var lab = new EditingLab(opened, cases, statistics, prose, table);
            string[] parts = parsed.GetValue(only)!;
            int count = parsed.GetValue(edits), most = parsed.GetValue(longest);
            var trials = Chosen(LabTrials.Methods(opened.Spec), parsed.GetValue(methods) ?? []);
            if (parts.Contains(Singles))
                foreach (var trial in trials) Single(trial, count);
            if (parts.Contains(Tuning))
                foreach (var trial in LabTrials.Blocks(opened.Spec).Concat(LabTrials.Constraints(opened.Spec)))
                    Single(trial, Math.Min(count, 50));
            if (parts.Contains(Sequences))
                for (int draw = 0; draw < parsed.GetValue(draws); draw++)
                {
                    foreach (var trial in trials) Sequence(trial, Math.Min(MostOfAll, most), draw);
                    foreach (var trial in trials.Where(t => LabTrials.Long.Contains(t.Name)))
                        Sequence(trial, most, draw);
                }
            Console.Out.WriteLine(new EditingLabPage(table, name).Write(path));
            return 0;

            void Single(LabTrial trial, int most) => lab.Singles(
                trial, most, compute, new ImmediateProgress<int>(done => line.Show(
                    $"{trial.Name}: {done} of {most} single edits", final: done == most)));
            void Sequence(LabTrial trial, int most, int draw) => lab.Sequence(
                trial, [.. s_lengths.Where(length => length <= most)], draw, compute, new ImmediateProgress<int>(done =>
                    line.Show($"{trial.Name}: {done} of sequence {draw + 1} of {most}", final: done == most)));
        }, cancel));
        return command.WithExamples(
            "loci lab editing demo --out editing",
                "loci lab editing demo-gated --out editing --edits 50 --longest 100");
    }

    private static IReadOnlyList<LabTrial> Chosen(IReadOnlyList<LabTrial> trials, string[] names)
    {
        if (names.FirstOrDefault(name => trials.All(trial => trial.Name != name)) is { } unknown)
            throw new UsageException(
                $"There is no method «{unknown}» in the lab; there are "
                + $"{string.Join("; ", trials.Select(trial => trial.Name))}.");
        return names.Length == 0 ? trials : [.. trials.Where(trial => names.Contains(trial.Name))];
    }
}
