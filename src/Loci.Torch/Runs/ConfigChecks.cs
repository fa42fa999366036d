namespace Loci.Torch.Runs;

/// <summary>Whether a config's numbers make sense: asked before anything starts.</summary>
public static class ConfigChecks
{
    private const int Most = 1 << 20;

    /// <exception cref="LociException">One does not; says which, its value and its bounds.</exception>
    public static void Check(TrainingConfig config)
    {
        if (config.Out.Trim().Length == 0) throw new LociException("out: names no folder");
        Range("seed", config.Seed, 0, int.MaxValue);
        Model(config.Model);
        Tokenizer(config.Tokenizer);
        Corpus(config.Corpus);
        Schedule(config.Training, config.Model);
    }

    private static void Model(ModelSettings model)
    {
        Range("model.layers", model.Layers, 1, 1000);
        Range("model.width", model.Width, 1, Most);
        Range("model.heads", model.Heads, 1, Most);
        Range("model.cells", model.Cells, 1, Most);
        Range("model.context", model.Context, 2, Most);
        if (model.Width % model.Heads != 0)
            throw new LociException($"model.width: {model.Width} is not a multiple of model.heads, {model.Heads}");
        if (model.KeyValueHeads is { } shared)
        {
            Range("model.key_value_heads", shared, 1, model.Heads);
            if (model.Heads % shared != 0)
                throw new LociException(
                    $"model.heads: {model.Heads} is not a multiple of model.key_value_heads, {shared}");
        }
        if (model.RotaryBase is { } theta) Range("model.rotary_base", theta, 2, 1e12);
    }

    private static void Tokenizer(TokenizerSettings tokenizer)
    {
        OneOf("tokenizer.kind", tokenizer.Kind, ["word", "bytes-bpe"]);
        Range("tokenizer.vocabulary", tokenizer.Vocabulary,
            tokenizer.Kind == "word" ? 3 : Loci.Tokenizers.Training.BytePairTrainer.FirstMerge, Most);
        if (tokenizer.MinimumCount is { } count) Range("tokenizer.minimum_count", count, 1, int.MaxValue);
    }

    private static void Corpus(CorpusSettings corpus)
    {
        if (corpus.World is null == (corpus.Files is null))
            throw new LociException("corpus: give either world or files");
        if (corpus.Files is { Count: 0 }) throw new LociException("corpus.files: names no file");
        if (corpus.World is { } world) Range("corpus.world.words", world.Words, 1, 1L << 32);
        if (corpus.HeldOutShare is { } share) Range("corpus.held_out_share", share, 0.0001, 0.5);
        if (corpus.HeldOutShare is not null && corpus.HeldOutFiles is not null)
            throw new LociException("corpus: give either held_out_share or held_out_files");
    }

    private static void Schedule(ScheduleSettings training, ModelSettings model)
    {
        if (new[] { training.Steps is null, training.Epochs is null,
            training.Tokens is null }.Count(missing => !missing) != 1)
            throw new LociException("training: give one of steps, epochs and tokens");
        if (training.Steps is { } steps) Range("training.steps", steps, 1, int.MaxValue);
        if (training.Epochs is { } epochs) Range("training.epochs", epochs, 1e-6, 1e6);
        if (training.Tokens is { } tokens) Range("training.tokens", tokens, 1, 1e15);
        Range("training.batch", training.Batch, 1, 1 << 16);
        if (training.Sequence is { } sequence) Range("training.sequence", sequence, 2, model.Context);
        Range("training.accumulate", training.Accumulate, 1, 1 << 16);
        Range("training.threads", training.Threads, 0, 1024);
        Range("training.learning_rate", training.LearningRate, 1e-12, 10);
        Range("training.warmup", training.Warmup, 0, int.MaxValue);
        if (training.MinRate is { } lowest) Range("training.min_rate", lowest, 0, training.LearningRate);
        Range("training.weight_decay", training.WeightDecay, 0, 10);
        if (training.Betas.Count != 2)
            throw new LociException($"training.betas: {training.Betas.Count} numbers, where two are wanted");
        foreach (double beta in training.Betas) Range("training.betas", beta, 0, 0.999999);
        Range("training.clip", training.Clip, 0, 1e6);
        Range("training.dropout", training.Dropout, 0, 0.9);
        Range("training.evaluate_every", training.EvaluateEvery, 1, int.MaxValue);
        Range("training.evaluate_tokens", training.EvaluateTokens, 1, 1e12);
        Range("training.checkpoint_every", training.CheckpointEvery, 1, int.MaxValue);
        if (training.Evaluate is { } kind) OneOf("training.evaluate", kind, HeldOutEvaluation.Kinds);
        if (training.EvaluateStride is { } stride)
        {
            if (training.Evaluate != "sliding")
                throw new LociException("training.evaluate_stride: goes with evaluate: sliding");
            Range("training.evaluate_stride", stride, 1, training.Sequence ?? model.Context);
        }
        if (training.Carry == true || training.Evaluate == "carried") Carry(model);
        OneOf("training.precision", training.Precision, ["float16", "float32"]);
    }

    private static void Carry(ModelSettings model)
    {
        const string What = "training.carry (and evaluate: carried) takes over the memories of fast-weight layers";
        if (model.Family != Loci.Models.Families.LociFamily.Name
            || AttentionSettings.Layers(model).Any(layer => layer.Fast is null))
            throw new LociException(
                $"{What}: every layer must have fast weights, softmax attention has nothing to take over");
        if (model.Positions == "learned")
            throw new LociException(
                $"{What}: learned positions would begin anew with every segment; set model.positions to none");
    }

    private static void Range(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            throw new LociException(FormattableString.Invariant($"{name}: {value} is not within {least} and {most}"));
    }

    private static void OneOf(string name, string value, IReadOnlyList<string> known)
    {
        if (!known.Contains(value))
            throw new LociException($"{name}: «{value}» is not one of {string.Join(", ", known)}");
    }
}
