using System.CommandLine;
using Loci.Tracing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci trace</c>: one prompt through every layer: how the answer forms, and which memories make it.
/// </summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var prompt = new Argument<string?>("PROMPT")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The text; the model's beginning-of-sequence token is put before it.",
        };
        var ids = new Option<string?>("--ids")
        {
            HelpName = "IDS", Description = "Token ids instead of a text, exactly as given: 1,403,407.",
        };
        var atlas = new Option<string?>("--atlas")
        {
            HelpName = "ATLAS", Description = "The model's atlas: says what usually fires each cell.",
        };
        var why = new Option<string?>("--why")
        {
            HelpName = "A", Description = "Explain this next token instead of the model's own: its text, or #403.",
        };
        var not = new Option<string?>("--not")
        {
            HelpName = "B", Description = "Explain what speaks for the answer and against this token.",
        };
        var position = Shared.Whole("--position", "Explain what follows this token, from 0; the last by default.", 0,
            int.MaxValue);
        position.DefaultValueFactory = _ => -1;
        var top = Shared.Count("--top", "How many cells to show for the answer, and how many against.", least: 1,
            fallback: 10);
        var attribution = new Option<bool>("--attribution")
        {
            Description = "Show what each cell does by way of all later layers too: coefficient × gradient, and its "
                + "integral.",
        };
        var set = SteeringOptions.Set();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("trace",
            "Trace one prompt: how the answer forms layer by layer, and which cells make it.")
        {
            model, prompt, ids, atlas, why, not, position, top, attribution, set, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            if (parsed.GetValue(prompt) is null == (parsed.GetValue(ids) is null))
                throw new UsageException("Give either a PROMPT or --ids.");
            if (parsed.GetValue(attribution) && parsed.GetValue(set)!.Length > 0)
                throw new UsageException("--attribution is of the model without changes: leave out --set.");
            using var file = parsed.GetValue(atlas) is { } path ? Shared.Open(path) : null;
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            if (file is not null) Shared.CheckModel(file, opened);
            int[] tokens = PromptTokens.Read(opened, parsed.GetValue(prompt), parsed.GetValue(ids));
            int at = parsed.GetValue(position);
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var run = PromptRun.Of(opened.Transformer, tokens, at < 0 ? null : at, compute);
            var trace = PromptTrace.Of(
                run,
                PromptTokens.One(opened, "--why", parsed.GetValue(why), run.Logits),
                PromptTokens.One(opened, "--not", parsed.GetValue(not), run.Logits));
            TraceSteering? steering = null;
            if (SteeringOptions.Read(parsed.GetValue(set)!, opened.Spec) is { } changes)
            {
                // The answer stays the one that is explained without the changes, so that both can be compared.
                var steered = PromptRun.Of(opened.Transformer, tokens, at < 0 ? null : at, compute,
                    CoefficientChange.Tap(changes));
                (steering, trace) = (new(changes, trace), PromptTrace.Of(steered, trace.Answer, trace.Against));
            }
            var attributed = parsed.GetValue(attribution) ? CellAttribution.Of(trace, compute: compute) : null;
            if (parsed.GetValue(json))
                JsonOutput.Write(TraceView.Of(trace, opened, file, parsed.GetValue(top), steering, attributed));
            else
            {
                TraceScreen.Write(Screen.Results, trace, opened, file, parsed.GetValue(top), steering);
                if (attributed is not null)
                    AttributionTable.Write(Screen.Results, attributed, trace, opened, parsed.GetValue(top));
            }
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci trace constructed \"once upon a\" --why time --not the",
            "loci trace MODEL \"Once upon a time there was a little\" --atlas model.atlas",
            "loci trace MODEL \"The capital of France is\" --set L9/2601=0,L3=x0.5",
            "loci trace demo \"The capital of France is\" --attribution",
            "loci trace MODEL --ids 1,403,407 --position 1 --top 20 --json");
    }
}
