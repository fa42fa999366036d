using System.CommandLine;
using Loci.Editing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit advise</c>: which layer to write a fact to.</summary>
internal static class EditAdviseCommand
{
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
        var draws = Shared.Count("--draws", "Draws of noise; intervals are over them.", least: 2, fallback: 20,
            most: 1000);
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command(
            "advise", "Trace a fact through the layers: noise on the subject, and each layer restored in turn.")
        {
            prompt, model, subject, answer, draws, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var advice = LayerAdviser.Trace(
                opened, new(parsed.GetRequiredValue(prompt), parsed.GetRequiredValue(subject),
                    parsed.GetRequiredValue(answer)),
                parsed.GetValue(draws), seed: 1, new(parsed.GetValue(threads), cancel));
            if (parsed.GetValue(json)) JsonOutput.Write(EditAdviceView.Of(advice));
            else EditScreen.WriteAdvice(advice);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci edit advise \"The capital of Norvia is\" --subject Norvia --answer \" Aldminster\" --model demo");
    }
}
