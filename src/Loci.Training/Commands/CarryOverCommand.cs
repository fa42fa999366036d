using System.CommandLine;
using System.Globalization;
using Loci.Reports;
using Loci.Terminal;
using Loci.Training.Labs.Language;

namespace Loci.Training.Commands;

/// <summary><c>loci-train lab carry-over</c>: what becomes of a memory that is carried through a long text.</summary>
internal static class CarryOverCommand
{
    private const int Whole = 12_288;

    public static Command Create()
    {
        var options = new LabLanguageOptions(
            "carry-over", LanguageModel.Carried,
            ["normalized-sum", "plain-sum", "delta", "dpfp-1-delta", "gated-delta", "window-16", "window-64"],
            whole: (1, 1_000_000), small: (1, 400_000),
            "Five minutes on two cores: fewer tokens to learn from.");
        var positions = new Option<int>("--positions")
        {
            Description = $"Tokens of a held-out stream, rounded up to whole segments of {CarryOver.Segment}.",
            DefaultValueFactory = _ => Whole,
        };
        var command = new Command("carry-over",
            "Loss against position in texts of 12,288 tokens: fast weights carried from segment to segment, and "
            + "softmax over a window.") { positions };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            int wanted = parsed.GetValue(positions);
            if (wanted is < CarryOver.Segment or > 1 << 24)
                throw new UsageException($"--positions {wanted}: {CarryOver.Segment} to {1 << 24} are possible.");
            wanted = (wanted + CarryOver.Segment - 1) / CarryOver.Segment * CarryOver.Segment;
            var plan = options.Plan(parsed) with { Segment = CarryOver.Segment, Carry = true, EvaluateTokens = 32_768 };
            return Task.FromResult(Run(options, parsed, plan, wanted, cancellation));
        });
        return command.WithExamples(
            "loci-train lab carry-over --quick",
            "loci-train lab carry-over --corpus stories.txt --out stories-carried",
            "loci-train lab carry-over --models sum delta gated-delta --positions 32768 --corpus book.txt "
            + "--held-out-share 0.3");
    }

    private static int Run(LabLanguageOptions options, ParseResult parsed, LanguagePlan plan, int positions,
        CancellationToken cancellation)
    {
        CarryOver? measured = null;
        return options.Run(
            parsed, plan,
            text =>
            {
                measured = CarryOver.Of(text.HeldOut, positions);
                return new(measured.Done, measured.Measure);
            },
            (results, source, text) =>
            {
                var table = new CarryOverTable(results, measured!);
                string about = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Text: {source.About}: {text.Training.Length:#,0} tokens to learn from, "
                    + $"{text.HeldOut.Length:#,0} held out.");
                FigureFiles.Save(CarryOverFigure.Of($"Carried memories, {source.About}", table.Rows), plan.Stem);
                return (CarryOverRow.Csv(table.Rows),
                    table.Markdown(plan, LabLanguageOptions.Typed, about, text.Tokenizer.Tokenizer.VocabularySize));
            },
            cancellation);
    }
}
