using System.CommandLine;
using System.Text;
using Loci.Torch;
using Loci.Terminal;
using Loci.Tokenizers.Training;
using Loci.Training.Labs;
using Loci.Training.Labs.Language;
using Loci.Torch.Runs;

namespace Loci.Training.Commands;

/// <summary>The options that <c>lab language</c> and <c>lab carry-over</c> share, and what they do with them.</summary>
internal sealed class LabLanguageOptions
{
    private readonly Option<string[]> _corpus = new("--corpus")
    {
        Description = "Text files, folders or patterns to learn from; the generated world where none are given.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _heldOut = new("--held-out")
    {
        Description = "Files that are held out; the end of the corpus where none are given.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<double> _share = new("--held-out-share")
    {
        Description = "Share of the corpus that is held out, from its end.", DefaultValueFactory = _ => 0.1,
    };
    private readonly Option<long> _words = new("--world-words")
    {
        Description = "Words of the generated world's texts.", DefaultValueFactory = _ => 1_000_000,
    };
    private readonly Option<int> _vocabulary = new("--vocabulary")
    {
        Description = "Most tokens of the byte-pair tokenizer.", DefaultValueFactory = _ => 2048,
    };
    private readonly Option<string[]> _models;
    private readonly Option<int> _seeds;
    private readonly Option<long> _tokens;
    private readonly Option<string> _out;
    private readonly Option<int> _jobs = new("--jobs")
    {
        Description = "Processes, one core each.", DefaultValueFactory = _ => Environment.ProcessorCount,
    };
    private readonly Option<bool> _worker = new("--worker") { Hidden = true };
    private readonly IReadOnlyList<LanguageModel> _known;
    private readonly (int Seeds, long Tokens) _small;

    public LabLanguageOptions(
        string name, IReadOnlyList<LanguageModel> known, IReadOnlyList<string> models, (int Seeds, long Tokens) whole,
        (int Seeds, long Tokens) small, string quick)
    {
        (_known, _small) = (known, small);
        _models = new("--models")
        {
            Description = $"Of {string.Join(", ", known.Select(model => model.Name))}.",
            AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. models],
        };
        _seeds = new("--seeds")
        {
            Description = $"Seeds 1 to this; with --quick {small.Seeds} where it is not given.",
            DefaultValueFactory = _ => whole.Seeds,
        };
        _tokens = new("--tokens")
        {
            Description = FormattableString.Invariant(
                $"Tokens each run learns from; with --quick {small.Tokens} where it is not given."),
                DefaultValueFactory = _ => whole.Tokens,
        };
        _out = new("--out")
        {
            Description = "Where to write: NAME.csv, .md, .svg, .png, and NAME-runs.", DefaultValueFactory = _ => name,
        };
        Quick = new("--quick") { Description = quick };
    }

    public Option<bool> Quick { get; }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_corpus, _heldOut, _share, _words, _vocabulary, _models, _seeds, _tokens,
            Quick, _out, _jobs, _worker]) command.Add(option);
    }

    /// <summary>The plan, with all that can be refused before text is read.</summary>
    public LanguagePlan Plan(ParseResult parsed)
    {
        bool quick = parsed.GetValue(Quick);
        int seeds = quick && !Given(parsed, _seeds) ? _small.Seeds : parsed.GetValue(_seeds);
        long tokens = quick && !Given(parsed, _tokens) ? _small.Tokens : parsed.GetValue(_tokens);
        string[] names = parsed.GetValue(_models)!;
        if (names.Length == 0)
            throw new UsageException(
                $"--models names none of {string.Join(", ", _known.Select(model => model.Name))}.");
        Within(_seeds, seeds, 1, 1000);
        Within(_tokens, tokens, LanguagePlan.TokensOfStep, 1L << 40);
        Within(_jobs, parsed.GetValue(_jobs), 1, 64);
        Within(_words, parsed.GetValue(_words), 1, 1L << 32);
        Within(_vocabulary, parsed.GetValue(_vocabulary), BytePairTrainer.FirstMerge, 1 << 20);
        Within(_share, parsed.GetValue(_share), 0.001, 0.9);
        if (parsed.GetValue(_heldOut) is { Length: > 0 } && parsed.GetValue(_corpus) is not { Length: > 0 })
            throw new UsageException("--held-out goes with --corpus: of the generated world the end is held out.");
        if (parsed.GetValue(_out)!.Trim().Length == 0) throw new UsageException("--out names nothing.");
        return new(parsed.GetValue(_out)!, LanguageModel.Parse(names, _known), seeds, tokens,
            parsed.GetValue(_vocabulary));
    }

    /// <summary>The text of a plan, read; its files written first, unless another process did so.</summary>
    private (LabTextSource Source, TrainingText Text) Text(ParseResult parsed, LanguagePlan plan)
    {
        var source = new LabTextSource(
            parsed.GetValue(_corpus) is { Length: > 0 } files ? files : null,
            parsed.GetValue(_heldOut) is { Length: > 0 } held ? held : null,
            parsed.GetValue(_share), parsed.GetValue(_words));
        if (!parsed.GetValue(_worker)) LabText.Write(source, plan.TextFolder);
        return (source, TrainingText.Prepare(plan.Runs()[0].Config));
    }

    /// <summary>Trains all runs of a plan, or a worker's share of them, and writes and prints what came out.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="plan">The runs.</param>
    /// <param name="after">What is done with a trained run, given the text; null for nothing.</param>
    /// <param name="write">Writes the figure; the table and the page it gives back are written as CSV and
    /// Markdown.</param>
    /// <param name="cancellation">Ends after the steps under way.</param>
    /// <returns>The exit code.</returns>
    public int Run(
        ParseResult parsed, LanguagePlan plan, Func<TrainingText, LabRuns.Afterwards?> after,
        Func<IReadOnlyList<LabResult>, LabTextSource, TrainingText, (string Csv, string Page)> write,
        CancellationToken cancellation)
    {
        TorchMemory.KeepFreed();
        var runs = plan.Runs();
        LanguagePlan.Check(runs, plan.Vocabulary);
        var (source, text) = Text(parsed, plan);
        LanguagePlan.Check(runs, text.Tokenizer.Tokenizer.VocabularySize);
        var lab = new LabRuns(runs, text, after(text));
        if (parsed.GetValue(_worker)) return lab.Work(cancellation) ? 0 : 1;
        if (!lab.Lead(parsed.GetValue(_jobs), () => LabProcesses.Again(_worker.Name), cancellation))
        {
            Console.Error.WriteLine("Stopped; the same command goes on from there.");
            return 1;
        }
        var (csv, page) = write(lab.Results()!, source, text);
        AtomicFile.Write(plan.Stem + ".csv", Encoding.UTF8.GetBytes(csv));
        AtomicFile.Write(plan.Stem + ".md", Encoding.UTF8.GetBytes(page));
        Console.WriteLine(page);
        Console.WriteLine($"written: {plan.Stem}.csv, .md, .svg, .png");
        return 0;
    }

    private static bool Given(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static void Within(Option option, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            throw new UsageException(
                FormattableString.Invariant($"{option.Name} {value}: {least} to {most} are possible."));
    }

    /// <summary>What was typed, as documents quote it.</summary>
    public static string Typed =>
        "loci-train " + string.Join(' ',
            Environment.GetCommandLineArgs()[1..].Select(word => word.Contains(' ', StringComparison.Ordinal)
                ? $"\"{word}\""
                : word));
}
