using System.CommandLine;
using Loci.Studies.Annotation;

namespace Loci.Cli.Commands;

/// <summary><c>loci annotate export</c>: blind sheets for people who look for patterns.</summary>
internal static class AnnotateExportCommand
{
    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var folder = new Option<string>("--out")
        {
            HelpName = "DIR", Description = "The folder for the sheet and its key; made if need be.", Required = true,
        };
        var keys = Shared.Count(
            "--keys", "Keys of a layer; all that fired where there are fewer.", least: 1, fallback: 10, most: 100_000);
        var prefixes = Shared.Count(
            "--prefixes", "Triggers of a key, strongest first.", least: 3, fallback: 25, most: 1000);
        var distractors = Shared.Count(
            "--distractors", "Triggers of other cells mixed among them.", least: 0, fallback: 5, most: 1000);
        var seed = Shared.Count("--seed", "Decides keys, distractors and their order.", least: 0, fallback: 1);
        var command = new Command("export", "Write a blind sheet of triggers for people to find patterns in.")
        {
            atlas, folder, keys, prefixes, distractors, seed,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            var task = Annotations.Export(file, path, new()
            {
                KeysPerLayer = parsed.GetValue(keys),
                Prefixes = parsed.GetValue(prefixes),
                Distractors = parsed.GetValue(distractors),
                Seed = parsed.GetValue(seed),
            });
            string sheet = Path.Combine(path, Annotations.SheetName);
            Console.Out.WriteLine(
                $"{sheet} has {task.Keys.Count:N0} keys. Give every annotator a copy; keep "
                    + $"{Path.Combine(path, Annotations.TaskName)} from them.");
            Console.Out.WriteLine();
            Console.Out.WriteLine(
                $"To fill in, for each key: describe what {Annotations.Least} or more of its prefixes share in the "
                    + $"rows a to {(char)('a' + AnnotationSheet.Letters - 1)},");
            Console.Out.WriteLine(
                "each with its kind, shallow (recurring words) or semantic (a recurring topic); then write the "
                    + "letters");
            Console.Out.WriteLine(
                "of its patterns beside every prefix, such as «a» or «ac». A key without a pattern stays empty.");
            Console.Out.WriteLine();
            Console.Out.WriteLine("Then:");
            Console.Out.WriteLine($"  loci annotate read {path} ANN.csv BOB.csv");
            return 0;
        });
        return command.WithExamples(
            "loci annotate export model.atlas --out annotation",
            "loci annotate export model.atlas --out small --keys 3 --distractors 8 --seed 7");
    }
}
