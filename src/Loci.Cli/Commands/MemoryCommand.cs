using System.CommandLine;
using System.Runtime.InteropServices;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Generation;
using Loci.Studies;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli.Commands;

/// <summary><c>loci memory</c>: what a state holds, and which of a text's writes can still be read from it.</summary>
internal static class MemoryCommand
{
    // cosine of what is read now to what was read right after the write, from 0 to 1
    private const string Shades = " ░▒▓█";

    public static Command Create()
    {
        var state = new Argument<string>("STATE")
        {
            Description = "A state file, as loci read and loci generate write it.",
        };
        var text = new Option<string?>("--text")
        {
            HelpName = "FILE", Description = "The text the state has read: shows which tokens' writes are still there.",
        };
        var model = new Option<string?>("--model")
        {
            HelpName = "MODEL", Description = "Where the model is now, if not where it was when the state was written.",
        };
        var last = Shared.Count("--last", "Tokens at the end of the text to look at.", least: 1, fallback: 64,
            most: 4096);
        var json = Shared.Json();
        var command = new Command("memory", "Show what the memory of a text holds.") { state, text, model, last, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var saved = SavedState.Load(parsed.GetRequiredValue(state));
            var heads = MemoryContents.Of(saved);
            Written? written = null;
            if (parsed.GetValue(text) is { } file)
            {
                var opened = ModelSource.Open(parsed.GetValue(model) ?? saved.ModelName, cancel);
                var tokens = opened.Encode(Loci.Text.TextFile.ReadAll(file));
                int count = Math.Min(tokens.Count, parsed.GetValue(last));
                written = new(
                    opened, [.. tokens.TakeLast(count)], tokens.Count - count,
                    MemoryContents.Writes(saved, opened, CollectionsMarshal.AsSpan(tokens), count, cancel));
            }
            if (parsed.GetValue(json))
                JsonOutput.Write(MemoryView.Of(saved, heads, written?.First ?? 0, written?.Tokens, written?.Heads));
            else WriteTables(saved, heads, written);
            return 0;
        }, cancel));
        return command.WithExamples("loci memory book.state", "loci memory book.state --text book.txt --last 40");
    }

    private sealed record Written(Model Model, int[] Tokens, int First, IReadOnlyList<HeadWrites> Heads);

    private static void WriteTables(SavedState state, IReadOnlyList<HeadContents> heads, Written? written)
    {
        Console.Out.WriteLine(
            $"{state.Memory.Length:N0} tokens read by {state.ModelName}; {state.Memory.Bytes / 1e6:f2} MB");
        int softmax = Enumerable.Range(0, state.Spec.Layers)
            .Count(layer => state.Spec.Blocks[layer].Mixer is SoftmaxSpec);
        if (softmax > 0)
            Console.Out.WriteLine(
                $"{softmax} of {state.Spec.Layers} layers keep keys and values instead of a fast-weight memory.");
        if (heads.Count == 0) return;
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("\nlayer", "\nhead", "\nrule");
        foreach (string name in (string[])["\nd_dot", "directions\nin use", "of at\nmost", "\nnorm", "\nlargest"])
            table.AddColumn(new TableColumn(name).RightAligned());
        if (written is not null)
            table.AddColumn(new TableColumn($"retrievable\nof {written.Tokens.Length}").RightAligned());
        foreach (var column in table.Columns) column.NoWrap().Padding(1, 0);
        for (int i = 0; i < heads.Count; i++)
        {
            var head = heads[i];
            var spec = (FastWeightSpec)state.Spec.Blocks[head.Layer].Mixer;
            List<string> row =
            [
                $"{head.Layer}", $"{head.Head}", $"{spec.Rule}, {spec.Map}", $"{head.Capacity.Total}",
                $"{head.Capacity.Used:f1}", $"{head.Most}",
                $"{head.Norm:g3}", $"{head.Largest:g3}",
            ];
            if (written is not null) row.Add($"{written.Heads[i].Tokens.Count(token => token.IsRetrievable)}");
            table.AddRow(row.Select(cell => new Plain(cell)));
        }
        Screen.Results.Write(table);
        if (written is not null) WriteHeatMap(written);
    }

    private static void WriteHeatMap(Written written)
    {
        Screen.Results.WriteLine(
            "What each token's key retrieves now, compared with what it retrieved right after it wrote: █ the same, "
            + "blank nothing of it; · marks a write whose place a later token with a key like it has taken. "
            + "One column a head, layer by layer.");
        var layers = written.Heads.GroupBy(head => head.Layer).ToArray();
        Console.Out.WriteLine(
            $"{"",28}{string.Join(' ', layers.Select(layer => $"L{layer.Key}".PadRight(2 * layer.Count())))}");
        for (int t = 0; t < written.Tokens.Length; t++)
        {
            string token = TokenText.Show(written.Model, written.Tokens[t]);
            if (token.Length > 18) token = $"{token[..17]}…";
            var cells = layers.Select(layer => string.Concat(layer.Select(head => Cell(head.Tokens[t]))));
            Console.Out.WriteLine($"{written.First + t,7}  {token,-18} {string.Join(' ', cells)}".TrimEnd());
        }
    }

    private static string Cell(WriteFate write)
    {
        int shade = (int)Math.Clamp(Math.Round(write.Kept * (Shades.Length - 1)), 0, Shades.Length - 1);
        return $"{Shades[shade]}{(write.ReplacedBy is null ? ' ' : '·')}";
    }
}
