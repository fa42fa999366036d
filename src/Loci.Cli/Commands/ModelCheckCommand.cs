using System.CommandLine;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli.Commands;

/// <summary><c>loci model check</c>: would a model open, without reading its weights.</summary>
internal static class ModelCheckCommand
{
    private const int MostShown = 20;

    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "A directory, a config.json alone, a GGUF or llama2.c file, or a hub id (fetched first).",
        };
        var json = Shared.Json();
        var command = new Command(
            "check", "Say whether a model would open, what is missing or unread, and how much memory it takes.")
        {
            model, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string name = parsed.GetRequiredValue(model);
            if (BuiltInModels.Names.Contains(name))
                throw new UsageException($"{name} is built in, and opens. See loci model info {name}.");
            var check = ModelCheck.Of(ModelSource.Fetched(name, cancel));
            if (parsed.GetValue(json)) JsonOutput.Write(ModelCheckView.Of(check, name));
            else Write(check);
            return check.Problems.Count == 0 ? 0 : 1;
        }, cancel));
        return command.WithExamples(
            "loci model check ./pythia-160m", "loci model check ./config.json", "loci model check model.gguf --json");
    }

    private static void Write(ModelCheck check)
    {
        bool alone = check.Spec is not null && check.WeightBytes is null && check.Problems.Count == 0;
        Console.Out.WriteLine(check.Problems.Count > 0 ? "It would not open:"
            : alone ? "Its config is read; weights were not looked at." : "It would open.");
        foreach (string problem in check.Problems.Take(MostShown)) Console.Out.WriteLine($"  {problem}");
        if (check.Problems.Count > MostShown)
            Console.Out.WriteLine($"  and {check.Problems.Count - MostShown} more (--json has all)");
        foreach (string unread in check.Unread) Console.Out.WriteLine($"  {unread}");
        if (check.Spec is not { } spec) return;
        var facts = new Grid().AddColumn().AddColumn();
        Row("family", spec.Family);
        Row("layers", $"{spec.Layers}, width {spec.Width}, {spec.TotalCells:N0} cells in all");
        Row("parameters", $"{check.Parameters:N0}");
        long parameters = check.Parameters;
        Row("weights", check.WeightBytes is { } bytes ? $"{Size(bytes)} in memory"
            : $"{Size(parameters * 4)} in memory as float32, {Size(parameters * 2)} with 16 bits");
        Row("context",
            $"{Size(check.BytesPerToken * spec.Context)} for keys and values of {spec.Context:N0} tokens");
        if (check.Tokenizer is { } tokenizer) Row("tokenizer", tokenizer);
        Screen.Results.Write(facts);

        void Row(string name, string value) =>
            facts.AddRow(new Plain(name, new Style(Color.Grey)), new Plain(value));
    }

    private static string Size(long bytes) =>
        bytes < 1_000_000 ? $"{bytes / 1e3:N1} kB" : bytes < 1_000_000_000 ? $"{bytes / 1e6:N1} MB"
            : $"{bytes / 1e9:N1} GB";
}
