using System.CommandLine;
using Loci.Atlas;
using Spectre.Console;

namespace Loci.Cli.Commands;

/// <summary><c>loci atlas merge</c>: parts built apart become the atlas that one build would have given.</summary>
internal static class AtlasMergeCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("OUT") { Description = "The atlas to write." };
        var parts = new Argument<string[]>("PART")
        {
            Description = "All parts, in any order.", Arity = ArgumentArity.OneOrMore,
        };
        var force = Shared.Force();
        var command = new Command("merge",
            "Join the parts of an atlas; the result is the same file, byte for byte, as of one build.") { output,
            parts, force };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string path = parsed.GetRequiredValue(output);
            Shared.CheckNew(path, parsed.GetValue(force));
            AtlasMerge.Write(parsed.GetRequiredValue(parts), path, cancel);
            using var atlas = AtlasFile.Open(path);
            Screen.Results.WriteLine(
                $"{path}: {atlas.Manifest.Spec.Cells:N0} cells, {atlas.Manifest.Sentences:N0} sentences, "
                + $"{atlas.Manifest.Prefixes:N0} prefixes");
            return 0;
        }, cancel));
        return command.WithExamples("loci atlas merge all.atlas part1.atlas part2.atlas");
    }
}
