using System.CommandLine;
using Loci.Atlas.Building;
using Loci.Cluster.Jobs;
using Loci.Text;

namespace Loci.Cluster.Commands;

/// <summary>What an atlas is built from and holds: the options of <c>loci atlas build</c>.</summary>
internal sealed class AtlasJobOptions
{
    private readonly Argument<string> _model = new("MODEL")
    {
        Description = "A directory or file that all workers see under this path, or a built-in model.",
    };
    private readonly Option<string[]> _corpus = new("--corpus")
    {
        HelpName = "FILE…", Required = true, AllowMultipleArgumentsPerToken = true,
        Description = "Text files, folders or patterns that all workers see: .txt, .jsonl, .json, each also .gz.",
    };
    private readonly Option<string> _out = new("--out")
    {
        HelpName = "FILE", Required = true,
        Description = "The atlas. FILE.job stands beside it while the job runs: index, results.",
    };
    private readonly Option<int> _top = Whole("--top", "Triggers kept for each cell and pole.", 50, 1,
        AtlasOptions.MostTriggers);
    private readonly Option<int> _valueTokens = Whole("--value-tokens", "Tokens kept at either end of a value.", 20, 1,
        AtlasOptions.MostValueTokens);
    private readonly Option<string> _unit = new("--unit")
    {
        Description = "What counts as a sentence: sentence, line, document.", DefaultValueFactory = _ => "sentence",
    };
    private readonly Option<string> _field = new("--field")
    {
        Description = "The field that holds the text in JSON.", HelpName = "NAME", DefaultValueFactory = _ => "text",
    };
    private readonly Option<long> _maxSentences = new("--max-sentences")
    {
        Description = "Stop after this many sentences. Default: all.", HelpName = "N",
    };
    private readonly Option<bool> _allowInvalid = new("--allow-invalid")
    {
        Description = "Read files also where more than 1 % of their characters are not UTF-8.",
    };
    private readonly Option<int> _batchTokens = Whole("--batch-tokens",
        "Tokens a worker runs at a time; results do not depend on it.", 512, 1, 1 << 20);
    private readonly Option<bool> _force = new("--force") { Description = "Replace what is there already." };
    private readonly Option<double> _lease = new("--lease-seconds")
    {
        Description = "How long a worker may be silent before its range goes to another. Longer than the cluster takes "
            + "to see that a machine is dead.",
        HelpName = "N", DefaultValueFactory = _ => 60,
    };
    private readonly Option<double> _range = new("--range-seconds")
    {
        Description = "How long a range is to take: the most work a kill can lose.",
        HelpName = "N", DefaultValueFactory = _ => 60,
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_model);
        foreach (var option in (Option[])[_corpus, _out, _top, _valueTokens, _unit, _field, _maxSentences,
            _allowInvalid, _batchTokens, _force, _lease, _range]) command.Options.Add(option);
        _unit.AcceptOnlyFromAmong("sentence", "line", "document");
    }

    public AtlasJob Read(ParseResult parsed)
    {
        double lease = parsed.GetValue(_lease), range = parsed.GetValue(_range);
        if (!(lease >= 1) || !(range > 0))
            throw new UsageException($"A lease lasts at least a second and a range takes some time, not {lease} and "
                + $"{range} s.");
        if (parsed.GetValue(_maxSentences) < 0) throw new UsageException("--max-sentences is at least 1.");
        string output = parsed.GetValue(_out)!;
        WritingErrors.CheckName(output);
        return new(
            parsed.GetValue(_model)!,
            Corpus.Open(parsed.GetValue(_corpus)!, new()
            {
                Field = parsed.GetValue(_field)!, AllowInvalid = parsed.GetValue(_allowInvalid),
            }),
            output,
            new()
            {
                Top = parsed.GetValue(_top), ValueTokens = parsed.GetValue(_valueTokens),
                Unit = Enum.Parse<SentenceUnit>(parsed.GetValue(_unit)!, ignoreCase: true),
                MaxSentences = parsed.GetValue(_maxSentences) is > 0 and var most ? most : null,
            })
        {
            BatchTokens = parsed.GetValue(_batchTokens), Replace = parsed.GetValue(_force),
            LeaseSeconds = lease, RangeSeconds = range,
        };
    }

    public static Option<int> Whole(string name, string description, int fallback, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = description, HelpName = "N", DefaultValueFactory = _ => fallback,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value < least
                || value > most))
                result.AddError($"{name} is a whole number from {least} to {most}, not «{result.Tokens[0].Value}».");
        });
        return option;
    }
}
