using System.CommandLine;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci atlas show</c>: the card of one cell.</summary>
internal static class AtlasShowCommand
{
    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var cell = new Argument<string>("CELL")
        {
            Description = "A cell: L2/17, or L2/17- for the negative pole of a gated one.",
        };
        var triggers = Shared.Count("--triggers", "How many triggers to show.", least: 1, fallback: 15);
        var json = Shared.Json();
        var command = new Command(
            "show", "Show one cell: what fires it, what its value promotes, whether the two agree.")
        {
            atlas, cell, triggers, json,
        };
        command.SetAction(parsed =>
        {
            string text = parsed.GetRequiredValue(cell);
            if (!CellId.TryParse(text, out var id))
                throw new UsageException(
                    $"«{text}» is not a cell; cells are written L2/17, or L2/17- for the negative pole.");
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            if (parsed.GetValue(json)) JsonOutput.Write(CellView.Of(file, id));
            else CellCard.Write(Screen.Results, file, id, parsed.GetValue(triggers));
            return 0;
        });
        return command.WithExamples(
            "loci atlas show constructed.atlas L1/0", "loci atlas show model.atlas L2/17- --json");
    }
}
