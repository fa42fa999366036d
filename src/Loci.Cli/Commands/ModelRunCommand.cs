using System.CommandLine;
using Loci.Models;
using Loci.Checkpoints;
using Loci.Tracing;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci model run</c>: one forward pass, its taps to a file and its best next tokens to the screen.
/// </summary>
internal static class ModelRunCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var text = new Option<string?>("--text")
        {
            HelpName = "T", Description = "Text to run; the model's beginning-of-sequence token is put before it.",
        };
        var ids = new Option<string?>("--ids")
        {
            HelpName = "IDS", Description = "Token ids to run, exactly as given: 1,403,407.",
        };
        var taps = new Option<string?>("--taps")
        {
            HelpName = "NAMES", Description =
                "Taps to write, comma-separated: logits,layers.0.coefficients,layers.*.residual_after, or *.",
        };
        var file = new Option<string?>("--out")
        {
            HelpName = "FILE", Description = "The safetensors file the taps are written to.",
        };
        var top = Shared.Count("--top", "How many next tokens to show at every position.", least: 1, fallback: 5);
        var set = SteeringOptions.Set();
        var force = Shared.Force();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("run", "Run a model over a text and write what passes through it.") { model, text,
            ids, taps, file, top, set, force, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            if (parsed.GetValue(taps) is null != (parsed.GetValue(file) is null))
                throw new UsageException("--taps and --out go together: which taps, and to which file.");
            if (parsed.GetValue(file) is { } named) Shared.CheckNew(named, parsed.GetValue(force));
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            if (parsed.GetValue(text) is null == (parsed.GetValue(ids) is null))
                throw new UsageException("Give either --text or --ids.");
            int[] tokens = PromptTokens.Read(opened, parsed.GetValue(text), parsed.GetValue(ids));
            var wanted = parsed.GetValue(taps) is { } list ? TapName.ParseList(list, opened.Spec) : [];

            var changes = SteeringOptions.Read(parsed.GetValue(set)!, opened.Spec);
            var (pass, next) = Run(CoefficientChange.Tap(changes ?? []));
            var before = changes is null ? null : Run(CoefficientChange.Tap([])).Next;
            if (parsed.GetValue(file) is { } path) Save(path, opened, wanted, pass, tokens.Length);

            if (parsed.GetValue(json))
                JsonOutput.Write(RunView.Of(tokens, next, changes?.Select(change => $"{change}").ToArray(), before));
            else WriteTable(opened, tokens, next, parsed.GetValue(top), before);
            return 0;

            (Recording Pass, IReadOnlyList<IReadOnlyList<ScoredToken>> Next) Run(Tap intervention)
            {
                int last = opened.Spec.Layers - 1;
                var compute = new Compute(parsed.GetValue(threads), cancel);
                var run = new Recording([.. wanted, new TapName(TapPoint.ResidualAfter, last)]);
                run.Run(opened.Transformer, Batch.Of(tokens), Intervention.All(intervention, FiniteValues.Guard),
                    compute);
                return (run, NextTokens.Best(opened.Transformer, run[TapPoint.ResidualAfter, last],
                    parsed.GetValue(top), compute));
            }
        }, cancel));
        return command.WithExamples(
            "loci model run constructed --text \"once upon a\"",
            "loci model run MODEL --ids 1,403,407 --top 10 --json",
            "loci model run MODEL --text \"The cat\" --set L3/387=0",
            "loci model run MODEL --text \"The cat\" --taps logits,layers.*.coefficients --out taps.safetensors");
    }

    private static void Save(string path, Model model, IReadOnlyList<TapName> wanted, Recording pass, int tokens)
    {
        using var writer = new SafetensorsWriter(
            path, wanted.Select(tap => new TensorInfo(
                tap.ToString(), TensorType.Float32,
                tap.Point == TapPoint.Patterns
                    ? [tokens, tap.RowLength(model.Spec), tokens]
                    : [tokens, tap.RowLength(model.Spec)])));
        foreach (var tap in wanted) writer.Append(tap.ToString(), pass[tap.Point, tap.Layer]);
        writer.Complete();
    }

    private static void WriteTable(Model model, int[] tokens, IReadOnlyList<IReadOnlyList<ScoredToken>> next, int top,
        IReadOnlyList<IReadOnlyList<ScoredToken>>? before)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("position").RightAligned());
        table.AddColumns("token", $"next, best {top} with logits");
        if (before is not null) table.AddColumn("without the changes");
        for (int p = 0; p < tokens.Length; p++)
        {
            List<Plain> row = [new($"{p}"), new(TokenText.Show(model, tokens[p])), Best(next[p])];
            if (before is not null) row.Add(Best(before[p]));
            table.AddRow(row);
        }
        Screen.Results.Write(table);

        Plain Best(IReadOnlyList<ScoredToken> tokens) =>
            new(string.Join("   ", tokens.Select(b => $"{TokenText.Show(model, b.Id)} {b.Logit:f2}")));
    }
}
