using System.CommandLine;
using Loci.Models;
using Loci.Checkpoints;
using Loci.Tracing;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli.Commands;

/// <summary><c>loci model run</c>: one forward pass, its taps to a file and its best next tokens to the screen.</summary>
internal static class ModelRunCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var text = new Option<string?>("--text") { HelpName = "T", Description = "Text to run; the model's beginning-of-sequence token is put before it." };
        var ids = new Option<string?>("--ids") { HelpName = "IDS", Description = "Token ids to run, exactly as given: 1,403,407." };
        var taps = new Option<string?>("--taps") { HelpName = "NAMES", Description = "Taps to write, comma-separated: logits,layers.0.coefficients,layers.*.residual_after, or *." };
        var file = new Option<string?>("--out") { HelpName = "FILE", Description = "The safetensors file the taps are written to." };
        var top = Shared.Count("--top", "How many next tokens to show at every position.", least: 1, fallback: 5);
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("run", "Run a model over a text and write what passes through it.") { model, text, ids, taps, file, top, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            if (parsed.GetValue(taps) is null != (parsed.GetValue(file) is null))
                throw new UsageException("--taps and --out go together: which taps, and to which file.");
            if (parsed.GetValue(file) is { } named) Shared.CheckWritable(named);
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            if (parsed.GetValue(text) is null == (parsed.GetValue(ids) is null)) throw new UsageException("Give either --text or --ids.");
            int[] tokens = PromptTokens.Read(opened, parsed.GetValue(text), parsed.GetValue(ids));
            var wanted = parsed.GetValue(taps) is { } list ? TapName.ParseList(list, opened.Spec) : [];

            int lastLayer = opened.Spec.Layers - 1;
            var pass = new Recording([.. wanted, new TapName(TapPoint.ResidualAfter, lastLayer)]);
            pass.Run(opened.Transformer, Batch.Of(tokens), FiniteValues.Guard, parsed.GetValue(threads));
            var next = NextTokens.Best(opened.Transformer, pass[TapPoint.ResidualAfter, lastLayer], parsed.GetValue(top), parsed.GetValue(threads));
            if (parsed.GetValue(file) is { } path) Save(path, opened, wanted, pass, tokens.Length);

            if (parsed.GetValue(json)) JsonOutput.Write(RunView.Of(tokens, next));
            else WriteTable(opened, tokens, next, parsed.GetValue(top));
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci model run constructed --text \"once upon a\"",
            "loci model run MODEL --ids 1,403,407 --top 10 --json",
            "loci model run MODEL --text \"The cat\" --taps logits,layers.*.coefficients --out taps.safetensors");
    }

    private static void Save(string path, Model model, IReadOnlyList<TapName> wanted, Recording pass, int tokens)
    {
        using var writer = new SafetensorsWriter(
            path, wanted.Select(tap => new TensorInfo(tap.ToString(), TensorType.Float32, [tokens, tap.RowLength(model.Spec)])));
        foreach (var tap in wanted) writer.Append(tap.ToString(), pass[tap.Point, tap.Layer]);
        writer.Complete();
    }

    private static void WriteTable(Model model, int[] tokens, IReadOnlyList<IReadOnlyList<ScoredToken>> next, int top)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("position").RightAligned());
        table.AddColumns("token", $"next, best {top} with logits");
        for (int p = 0; p < tokens.Length; p++)
        {
            var best = next[p].Select(b => $"{TokenText.Show(model, b.Id)} {b.Logit:f2}");
            table.AddRow(new Plain($"{p}"), new Plain(TokenText.Show(model, tokens[p])), new Plain(string.Join("   ", best)));
        }
        Screen.Results.Write(table);
    }
}
