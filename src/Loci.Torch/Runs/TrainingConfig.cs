using System.Text.Json.Nodes;

namespace Loci.Torch.Runs;

/// <summary>A training, as its file says it. Every setting is described in docs/training.md.</summary>
public sealed record TrainingConfig
{
    /// <summary>The folder the model is written to.</summary>
    public required string Out { get; init; }

    /// <summary>Of the first weights, the order of the text and what is held out.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The model.</summary>
    public required ModelSettings Model { get; init; }

    /// <summary>The tokenizer.</summary>
    public required TokenizerSettings Tokenizer { get; init; }

    /// <summary>The text.</summary>
    public required CorpusSettings Corpus { get; init; }

    /// <summary>The schedule.</summary>
    public required ScheduleSettings Training { get; init; }
}

/// <summary>The shape of a model, as a config says it.</summary>
public sealed record ModelSettings
{
    /// <summary>A model whose settings stand where the file gives none: <see cref="ModelPresets"/>.</summary>
    public string? Preset { get; init; }

    /// <summary>The family, as <c>model_type</c> names it.</summary>
    public required string Family { get; init; }

    /// <summary>Blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the stream.</summary>
    public required int Width { get; init; }

    /// <summary>Heads of attention.</summary>
    public required int Heads { get; init; }

    /// <summary>Llama and Loci; as many as heads where it is not given.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Cells of a feed-forward layer.</summary>
    public required int Cells { get; init; }

    /// <summary>Longest text, in tokens.</summary>
    public required int Context { get; init; }

    /// <summary>The family's own where it is not given.</summary>
    public string? Activation { get; init; }

    /// <summary>True: the output embedding is that of the tokens.</summary>
    public bool TiedOutput { get; init; } = true;

    /// <summary>Base of the rotary positions; Llama and Loci.</summary>
    public double? RotaryBase { get; init; }

    /// <summary>
    /// Loci alone: one setting for all layers, or a list with one for each; see <see cref="AttentionSettings"/>.
    /// </summary>
    public JsonNode? Attention { get; init; }

    /// <summary>Loci alone: <c>rms_norm</c>, which stands where it is not given, or <c>layer_norm</c>.</summary>
    public string? Norm { get; init; }

    /// <summary>Loci alone: two keys a cell, f(gate·x)·(up·x).</summary>
    public bool? Gated { get; init; }

    /// <summary>Loci alone: <c>none</c>, <c>learned</c> or <c>rotary</c>, the last for softmax layers.</summary>
    public string? Positions { get; init; }
}

/// <summary>The tokenizer: one to train, or one that is there.</summary>
public sealed record TokenizerSettings
{
    /// <summary><c>word</c> or <c>bytes-bpe</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Most tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>How often a word, or a pair, must occur.</summary>
    public int? MinimumCount { get; init; }
}

/// <summary>The text of a training: files, or a generated world.</summary>
public sealed record CorpusSettings
{
    /// <summary>The generated world in place of files.</summary>
    public WorldSettings? World { get; init; }

    /// <summary>Files to learn from.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>Files the loss is measured on; without any, a part of the text is kept back.</summary>
    public IReadOnlyList<string>? HeldOutFiles { get; init; }

    /// <summary>Share of the documents that is held out.</summary>
    public double? HeldOutShare { get; init; }
}

/// <summary>A generated world as text.</summary>
public sealed record WorldSettings
{
    /// <summary>Which world.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which texts about it.</summary>
    public ulong Documents { get; init; } = 1;

    /// <summary>Words to write.</summary>
    public required long Words { get; init; }
}

/// <summary>How long and how fast is learnt.</summary>
public sealed record ScheduleSettings
{
    /// <summary>Steps of the optimiser.</summary>
    public long? Steps { get; init; }

    /// <summary>Times the text is read, where steps are not given.</summary>
    public double? Epochs { get; init; }

    /// <summary>Tokens to learn from, where steps are not given.</summary>
    public long? Tokens { get; init; }

    /// <summary>Windows in a pass through the network.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Tokens of a window; the model's context where it is not given.</summary>
    public int? Sequence { get; init; }

    /// <summary>Passes whose gradients one step adds up.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps in which the rate rises.</summary>
    public long Warmup { get; init; } = 100;

    /// <summary>The learning rate of the last step.</summary>
    public double? MinRate { get; init; }

    /// <summary>Decay of matrices.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>AdamW's decay of its two moments.</summary>
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.95];

    /// <summary>Largest norm of the gradient; 0 for any.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Share of the activations that is left out.</summary>
    public double Dropout { get; init; }

    /// <summary>Carries fast weights from segment to segment, every row of the batch a text of its own.</summary>
    public bool? Carry { get; init; }

    /// <summary>
    /// <c>truncated</c>, <c>sliding</c> or <c>carried</c>; the first where nothing is carried, else the last.
    /// </summary>
    public string? Evaluate { get; init; }

    /// <summary>Tokens scored in each sliding window; a quarter of the window where it is not given.</summary>
    public int? EvaluateStride { get; init; }

    /// <summary>Steps between measurements of the held-out loss.</summary>
    public long EvaluateEvery { get; init; } = 250;

    /// <summary>Most held-out tokens an evaluation reads.</summary>
    public long EvaluateTokens { get; init; } = 65_536;

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Torch's threads; 0 for one a core. The last bits of a loss depend on their number.</summary>
    public int Threads { get; init; }

    /// <summary><c>float16</c> or <c>float32</c>, of the saved weights.</summary>
    public string Precision { get; init; } = "float16";
}
