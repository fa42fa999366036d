using Loci.Torch.Runs;

namespace Loci.Training.Labs.Language;

/// <summary>What is the same for all runs of a table.</summary>
/// <param name="Stem">Path of the results without extension; the runs stand in STEM-runs.</param>
/// <param name="Models">The models.</param>
/// <param name="Seeds">Seeds 1 to this.</param>
/// <param name="Tokens">Tokens each run learns from, rounded up to whole steps.</param>
/// <param name="Vocabulary">Most tokens of the byte-pair tokenizer.</param>
internal sealed record LanguagePlan(string Stem, IReadOnlyList<LanguageModel> Models, int Seeds, long Tokens,
    int Vocabulary)
{
    /// <summary>Tokens of a step: whatever is carried or not, every model takes as many steps.</summary>
    public const int TokensOfStep = 2048;

    public const double LearningRate = 3e-3, SizeTolerance = 0.02;

    private const int Warmup = 50;

    /// <summary>Tokens of a segment; the context where nothing is carried.</summary>
    public int Segment { get; init; } = LanguageModel.Context;

    /// <summary>
    /// True to carry fast weights from segment to segment; softmax, which cannot, reads whole contexts.
    /// </summary>
    public bool Carry { get; init; }

    /// <summary>Most held-out tokens an evaluation reads.</summary>
    public long EvaluateTokens { get; init; } = 65_536;

    /// <summary><c>truncated</c> or <c>sliding</c>; what is carried is evaluated so.</summary>
    public string Evaluate { get; init; } = "truncated";

    public string Folder => Stem + "-runs";

    public string TextFolder => Path.Combine(Folder, "text");

    public long Steps => (Tokens + TokensOfStep - 1) / TokensOfStep;

    /// <summary>Every model with a seed, then all with the next one: a table that was stopped has whole rows.</summary>
    public IReadOnlyList<LabRun> Runs() =>
    [
        .. from seed in Enumerable.Range(1, Seeds) from model in Models
           select new LabRun(model, seed, Config(model, seed)),
    ];

    /// <summary>Refuses, before anything starts, what cannot run and models that are not of one size.</summary>
    /// <exception cref="LociException">A setting cannot be, or a model has more than 2 % more or fewer parameters than
    /// the first.</exception>
    public static void Check(IReadOnlyList<LabRun> runs, int vocabulary)
    {
        foreach (var run in runs)
        {
            ConfigChecks.Check(run.Config);
            SpecOfSettings.Create(run.Config.Model, vocabulary, 0);
        }
        long first = runs[0].Parameters(vocabulary);
        foreach (var run in runs.DistinctBy(run => run.Model))
            if (run.Parameters(vocabulary) is var count && Math.Abs(count - first) > SizeTolerance * first)
                throw new LociException(
                    $"{run.Model.Name} has {count:#,0} parameters, {runs[0].Model.Name} {first:#,0}: more than 2 % "
                    + $"apart, no comparison at the same size");
    }

    private TrainingConfig Config(LanguageModel model, int seed)
    {
        bool carry = Carry && model.IsFast;
        int sequence = carry ? Segment : LanguageModel.Context;
        return new()
        {
            Out = Path.Combine(Folder, $"{model.Name}-{seed}"), Seed = seed, Model = model.Settings,
            Tokenizer = new() { Kind = "bytes-bpe", Vocabulary = Vocabulary }, Corpus = LabText.Settings(TextFolder),
            Training = new()
            {
                Steps = Steps, Batch = TokensOfStep / sequence, Sequence = sequence, LearningRate = LearningRate,
                Warmup = Warmup,
                Carry = carry ? true : null, Evaluate = carry ? "carried" : Evaluate,
                EvaluateEvery = Math.Max(1, (Steps + 1) / 2),
                EvaluateTokens = EvaluateTokens, CheckpointEvery = 100, Threads = 1, Precision = "float32",
            },
        };
    }
}
