using System.CommandLine;
using System.Globalization;
using Loci.Reports;
using Loci.Terminal;
using Loci.Training.Labs.Language;

namespace Loci.Training.Commands;

/// <summary>
/// <c>loci-train lab language</c>: perplexities of language models that differ in their attention alone.
/// </summary>
internal static class LanguageCommand
{
    public static Command Create()
    {
        var options = new LabLanguageOptions(
            "language", LanguageModel.Table, [.. LanguageModel.Table.Select(model => model.Name)],
            whole: (3, 1_000_000), small: (2, 400_000),
            "The whole table in ten minutes on two cores: fewer tokens and seeds.");
        var evaluate = new Option<string>("--evaluate")
        {
            Description = "truncated, or sliding (four times the work; every token after three quarters of a window).",
            DefaultValueFactory = _ => "truncated",
        };
        var command = new Command("language",
            "Language models of one size that differ in their attention: softmax, sums, delta rules. A table beside "
            + "the paper's.") { evaluate };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string kind = parsed.GetValue(evaluate)!;
            if (kind is not ("truncated" or "sliding"))
                throw new UsageException($"--evaluate: «{kind}» is not truncated or sliding.");
            return Task.FromResult(Run(options, parsed, options.Plan(parsed) with { Evaluate = kind }, cancellation));
        });
        return command.WithExamples(
            "loci-train lab language --quick",
            "loci-train lab language --corpus stories.txt --out stories",
            "loci-train lab language --corpus train.txt --held-out test.txt "
            + "--models linear-normalized-sum linear-delta --seeds 5");
    }

    private static int Run(LabLanguageOptions options, ParseResult parsed, LanguagePlan plan,
        CancellationToken cancellation) => options.Run(
        parsed, plan, _ => null,
        (results, source, text) =>
        {
            int vocabulary = text.Tokenizer.Tokenizer.VocabularySize;
            string about = string.Create(
                CultureInfo.InvariantCulture,
                $"Text: {source.About}: {text.Training.Length:#,0} tokens to learn from, {text.HeldOut.Length:#,0} "
                + $"held out, of which {Math.Min(text.HeldOut.Length, plan.EvaluateTokens):#,0} at most are read.");
            var perplexities = results.GroupBy(result => result.Run.Model.Name)
                .Select(model => (model.Key, (IReadOnlyList<double>)[.. model.Select(run => run.Perplexity)]));
            FigureFiles.Save(LanguageFigure.Of($"Language models, {source.About}", perplexities), plan.Stem);
            return (LanguageTable.Csv(results, vocabulary),
                LanguageTable.Markdown(plan, results, LabLanguageOptions.Typed, about, vocabulary));
        },
        cancellation);
}
