using System.CommandLine;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Views;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli.Commands;

/// <summary><c>loci model info</c>: what a model is, and which taps it offers.</summary>
internal static class ModelInfoCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var json = Shared.Json();
        var command = new Command("info", "Show a model's spec, sizes, cells and taps.") { model, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(ModelView.Of(opened));
            else WriteTables(opened);
            return 0;
        }, cancel));
        return command.WithExamples("loci model info constructed", "loci model info ./pythia-160m --json");
    }

    private static IEnumerable<(string Name, string Value)> Facts(Model model)
    {
        var spec = model.Spec;
        yield return ("family", spec.Family);
        yield return ("layers", $"{spec.Layers}");
        yield return ("width", $"{spec.Width}");
        var (first, softmax) = (spec.Blocks[0], Softmax(spec));
        yield return ("cells",
            $"{first.Cells.Count} a layer, {spec.TotalCells:N0} in all{(first.Cells.Gated ? ", two poles each" : "")}");
        yield return ("activation", $"{ModelWords.Of(first.Cells.Activation)}{(first.Cells.Gated ? ", gated" : "")}");
        foreach (string experts in Experts(spec)) yield return ("experts", experts);
        foreach (string memory in FastWeights(spec)) yield return ("attention", memory);
        if (softmax is not null)
        {
            string beside = spec.Blocks.Any(block => block.Mixer is FastWeightSpec) ? "softmax: " : "";
            yield return (
                "attention",
                $"{beside}{softmax.Heads} heads of {softmax.HeadSize}, {softmax.KeyValueHeads} for keys and "
                + $"values{Windows(spec)}");
        }
        yield return ("positions", softmax?.Rotary is { } rotary
            ? $"rotary, {rotary.Size} of {softmax.HeadSize} dimensions" : spec.LearnedPositions ? "learned"
            : softmax?.Alibi is not null ? "biases by distance (ALiBi)" : "none");
        yield return ("norm",
            $"{ModelWords.Of(spec.Norm)}, epsilon {spec.NormEpsilon:g3}{NormPlaces(first)}");
        if (first.Parallel) yield return ("residual", "attention and feed-forward in parallel");
        yield return ("vocabulary",
            $"{spec.Vocabulary:N0} tokens, output {(spec.Head.Tied ? "tied to the embedding" : "of its own")}");
        yield return ("context",
            spec.MostTokens is { } most
                ? $"{most:N0} tokens"
                : $"any number of tokens, trained on {spec.Context:N0} at a time");
        yield return ("tokenizer", model.Tokenizer is { } tokenizer ? tokenizer.Kind
            : model.TokenizerRefusal is { } why ? $"not read, give token ids: {why}" : "none: give token ids");
        yield return ("begins with", model.BeginOfSequence is { } begin ? $"token {begin}" : "nothing");
        yield return ("weights", $"SHA-256 {model.Hash}");
    }

    private static string NormPlaces(BlockSpec block) => (block.InputNorms, block.SandwichNorms) switch
    {
        (true, true) => ", before and after each branch",
        (false, true) => ", after each branch",
        _ => "",
    };

    private static IEnumerable<string> Experts(ModelSpec spec) =>
        from layer in Enumerable.Range(0, spec.Layers)
        let cells = spec.Blocks[layer].Cells
        where cells.Experts is not null
        group layer by cells into alike
        let experts = alike.Key.Experts
        let size = (alike.Key.Count - experts.SharedCells) / experts.Count
        select $"{experts.Count} of {size} cells in {alike.Count()} of {spec.Layers} layers, {experts.Chosen} a token"
            + (experts.SharedCells > 0 ? $", one of {experts.SharedCells} that all tokens are sent to" : "");

    // One line for all layers that are alike.
    private static IEnumerable<string> FastWeights(ModelSpec spec) =>
        from layer in Enumerable.Range(0, spec.Layers)
        let fast = spec.Blocks[layer].Mixer as FastWeightSpec
        where fast is not null
        group layer by fast into alike
        let fast = alike.Key
        select $"fast weights, layers {string.Join(' ', alike)}: {ModelWords.Plain($"{fast.Rule}")} rule, {fast.Map} "
        + $"features, {fast.Normalization} normalised; {fast.Heads} heads, " +
            $"keys {fast.KeySize} → {fast.Features}, values "
            + $"{fast.ValueSize}{(fast.Convolution > 0 ? $", convolution of {fast.Convolution}" : "")}" +
            $"{(fast.OutputNorm ? ", reads normed" : "")}{(fast.OutputGate ? ", gated" : "")}";

    private static SoftmaxSpec? Softmax(ModelSpec spec) =>
        spec.Blocks.Select(block => block.Mixer).OfType<SoftmaxSpec>().FirstOrDefault();

    private static int[] AllWindows(ModelSpec spec) =>
        [.. spec.Blocks.Select(block => block.Mixer is SoftmaxSpec softmax ? softmax.Window : 0)];

    private static string Windows(ModelSpec spec)
    {
        int[] windows = AllWindows(spec);
        int sliding = windows.Count(w => w > 0);
        return sliding == 0 ? "" : $", {sliding} of {spec.Layers} layers see {windows.Max()} tokens back";
    }

    private static void WriteTables(Model model)
    {
        var facts = new Grid().AddColumn().AddColumn();
        foreach (var (name, value) in Facts(model)) facts.AddRow(new Plain(name, new Style(Color.Grey)),
            new Plain(value));
        Screen.Results.Write(facts);
        Screen.Results.WriteLine();

        var taps = new Table { Border = TableBorder.Simple };
        taps.AddColumns("tap", "shape");
        foreach (var tap in TapName.All(model.Spec).Where(tap => tap.Layer == 0))
            taps.AddRow(
                new Plain(tap.Point == TapPoint.Logits
                    ? "logits"
                    : tap.ToString().Replace("layers.0.", "layers.N.", StringComparison.Ordinal)),
                new Plain($"[tokens, {tap.RowLength(model.Spec)}]"));
        Screen.Results.Write(taps);
        Console.Out.WriteLine($"N is 0 to {model.Spec.Layers - 1}, or * for all. To write them to a file:");
        Console.Out.WriteLine(
            $"  loci model run {model.Name} --text TEXT --taps \"logits,layers.*.coefficients\" --out FILE");
    }
}
