using System.CommandLine;
using Loci.Atlas;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli.Commands;

/// <summary><c>loci atlas search</c>: from words to cells.</summary>
internal static class AtlasSearchCommand
{
    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var text = new Argument<string>("TEXT")
        {
            Description = "Text that triggers or value tokens contain, in any case.",
        };
        var limit = Shared.Count("--limit", "Most cells to list of each kind.", least: 1, fallback: 10);
        var json = Shared.Json();
        var command = new Command("search", "Find the cells whose triggers or value tokens contain a text.") { atlas,
            text, limit, json };
        command.SetAction(parsed =>
        {
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            var found = file.Search(parsed.GetRequiredValue(text), parsed.GetValue(limit));
            if (parsed.GetValue(json)) JsonOutput.Write(SearchView.Of(file, found));
            else WriteTables(file, parsed.GetRequiredValue(text), found);
            return 0;
        });
        return command.WithExamples("loci atlas search constructed.atlas upon",
            "loci atlas search model.atlas \"the sea\" --json");
    }

    private static void WriteTables(AtlasFile atlas, string text, SearchResult found)
    {
        var screen = Screen.Results;
        if (found.TriggerCells == 0 && found.ValueCells == 0)
        {
            Console.Out.WriteLine(
                $"No cell has triggers that contain «{text}», or a value that promotes a token with it.");
            return;
        }
        screen.WriteLine(
            $"{Cells(found.TriggerCells)} triggers that contain "
            + $"«{text}»{Most(found.Triggers.Count, found.TriggerPoles)}");
        var triggers = new Table { Border = TableBorder.Simple };
        triggers.AddColumns("cell", "triggers", "coefficient", "strongest of them");
        triggers.Columns[1].RightAligned();
        triggers.Columns[2].RightAligned();
        foreach (var match in found.Triggers)
        {
            var best = match.Triggers[0];
            string prefix = VisibleText.Of(TriggerView.Prefix(atlas.Sentence(best.Trigger), best.Trigger.Position)
                .ReplaceLineEndings(" "));
            triggers.AddRow(
                new Plain($"{match.Cell}"), new Plain($"{match.Triggers.Count}"),
                new Plain($"{best.Trigger.Coefficient:f3}"),
                new Plain(prefix.Length > 80 ? "…" + prefix[^79..] : prefix));
        }
        if (found.Triggers.Count > 0) screen.Write(triggers);
        screen.WriteLine(
            $"{Cells(found.ValueCells)} values that promote a token with "
            + $"«{text}»{Most(found.Values.Count, found.ValuePoles)}");
        var values = new Table { Border = TableBorder.Simple };
        values.AddColumns("cell", "token", "place", "readout");
        foreach (var match in found.Values)
        {
            var best = match.Tokens[0];
            values.AddRow(
                new Plain($"{match.Cell}"), new Plain(VisibleText.Token(best.Text)), new Plain($"{best.Rank}"),
                new Plain(best.Readout == Readout.Raw ? "raw" : "folded"));
        }
        if (found.Values.Count > 0) screen.Write(values);
    }

    private static string Cells(int count) => count == 1 ? "1 cell has" : $"{count:N0} cells have";

    private static string Most(int shown, int found) => shown < found ? $"; the first {shown} (--limit)" : "";
}
