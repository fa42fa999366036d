using System.CommandLine;
using Loci.Editing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit advise</c>: which layer to write a fact to.</summary>
internal static class EditAdviseCommand
{
    private const int Seed = 1;

    public static Command Create()
    {
        var prompt = new Argument<string>("PROMPT") { Description = "The text up to the answer." };
        var model = new Option<string>("--model") { HelpName = "MODEL", Description = "The model.", Required = true };
        var subject = new Option<string>("--subject")
        {
            HelpName = "TEXT", Description = "What the fact is about.", Required = true,
        };
        var answer = new Option<string>("--answer")
        {
            HelpName = "TEXT", Description = "What the model says now, and should be traced.", Required = true,
        };
        var to = new Option<string?>("--to")
        {
            HelpName = "TEXT",
            Description = "A new answer: it is also written to each layer in turn, and forgotten again.",
        };
        var method = new Option<string>("--method")
        {
            HelpName = "METHOD", Description =
                "How it is written. Default: rome where there are statistics, else delta.",
        };
        Shared.OneOf(method, [.. EditMethod.All.OfType<ClosedMethod>().Select(m => m.Name)]);
        var trials = Shared.Count(
            "--trials", "Draws of contexts for each layer; intervals are over them.", least: 2, fallback: 3, most: 100);
        var draws = Shared.Count("--draws", "Draws of noise; intervals are over them.", least: 2, fallback: 20,
            most: 1000);
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command(
            "advise", "Trace a fact through the layers, and try an edit in each: which layer to write.")
        {
            prompt, model, subject, answer, to, method, trials, draws, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var fact = new EditRequest(
                parsed.GetRequiredValue(prompt), parsed.GetRequiredValue(subject), parsed.GetRequiredValue(answer));
            var advice = LayerAdviser.Trace(opened, fact, parsed.GetValue(draws), Seed, compute);
            IReadOnlyList<LayerTrial> tried = [];
            if (parsed.GetValue(to) is { } target)
            {
                var statistics = opened.Name == opened.BaseName ? EditStatistics.Here(opened) : null;
                string how = parsed.GetValue(method) ?? (statistics is null ? "delta" : "rome");
                tried = LayerTrials.Run(
                    opened, fact with { Target = target }, (ClosedMethod)EditMethod.Named(how), statistics,
                    parsed.GetValue(trials), Seed, compute);
            }
            if (parsed.GetValue(json)) JsonOutput.Write(EditAdviceView.Of(advice, tried));
            else EditScreen.WriteAdvice(advice, tried);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci edit advise \"The capital of Norvia is\" --subject Norvia --answer \" Aldminster\" --model demo",
            "loci edit advise \"Norvia is ruled from\" --subject Norvia --answer \" A\" --to \" B\" --model demo");
    }
}
