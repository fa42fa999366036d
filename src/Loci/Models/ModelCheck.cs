using Loci.Checkpoints;
using Loci.Models.Blocks;
using Loci.Models.Families;
using Loci.Models.Gguf;
using Loci.Models.Hub;
using Loci.Models.Weights;
using Loci.Tokenizers;

namespace Loci.Models;

/// <summary>
/// Whether a model would open, found out from its config and the names and shapes of its tensors: no weight is read.
/// </summary>
public sealed record ModelCheck
{
    /// <summary>What was looked at.</summary>
    public required string Path { get; init; }

    /// <summary>Its sizes and choices, or null where the config is not read.</summary>
    public ModelSpec? Spec { get; init; }

    /// <summary>What keeps it from being opened, each a sentence; none where it would open.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What is not read but does not keep it from being opened: its tokenizer.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>The kind of its tokenizer, or null.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Numbers it has learned.</summary>
    public long Parameters => Spec is null ? 0 : Transformer.TensorsOf(Spec).Sum(tensor => (long)tensor.Count);

    /// <summary>
    /// Bytes that its weights take in memory: as they are stored, 16-bit ones with 16 bits; null without weights.
    /// </summary>
    public long? WeightBytes { get; init; }

    /// <summary>Bytes that every token of a text adds to the memory of the context: keys and values.</summary>
    public long BytesPerToken => Spec?.Blocks.Sum(
        block => block.Mixer is SoftmaxSpec softmax ? 2L * sizeof(float) * softmax.KeyWidth : 0) ?? 0;

    /// <summary>Looks at a folder, a <c>config.json</c>, or a GGUF or llama2.c file.</summary>
    /// <exception cref="LociException">There is no such file or folder, or it is none of these.</exception>
    public static ModelCheck Of(string path)
    {
        InputFile.RequireRegularOrFolder(path);
        if (!System.IO.Path.Exists(path)) throw new LociException($"There is no file or folder {path}.");
        try
        {
            if (Directory.Exists(path)) return OfFolder(path);
            if (FileKind.Of(InputFile.Start(path)) == FileKind.Gguf) return OfGguf(path);
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? OfConfig(path, weights: null, folder: null)
                : OfLlama2c(path);
        }
        catch (LociException e)
        {
            return new() { Path = path, Problems = [e.Message] };
        }
    }

    private static ModelCheck OfFolder(string folder)
    {
        string config = System.IO.Path.Combine(folder, HubFiles.Config);
        if (File.Exists(config)) return OfConfig(config, () => Checkpoint.OpenAny(folder), folder);
        if (Directory.GetFiles(folder, "*.gguf").Length > 0) return OfGguf(ModelFolder.FindWeights(folder));
        return Llama2cFolder.Models(folder) is [string only] ? OfLlama2c(only)
            : throw new LociException($"{folder} is not a model: it holds neither config.json nor one model of "
                + "GGUF or llama2.c.");
    }

    private static ModelCheck OfConfig(string path, Func<Checkpoint>? weights, string? folder)
    {
        var config = ModelConfig.Load(path);
        var family = Family.Of(config);
        var spec = Sound(path, () => family.Spec(config));
        if (weights is null) return new() { Path = path, Spec = spec, Problems = [] };
        try
        {
            using var checkpoint = weights();
            if (checkpoint is GgufFile) return OfGguf(checkpoint.Path);
            return Of(path, checkpoint, spec, family.Names,
                () => TokenizerFolder.Open(folder!, config.Text("model_type")));
        }
        catch (LociException e)
        {
            return new() { Path = path, Spec = spec, Problems = [e.Message] };
        }
    }

    private static ModelCheck OfGguf(string path)
    {
        using var checkpoint = GgufFile.Open(path);
        var config = GgufConfig.Read(checkpoint);
        string family = config.Text("model_type")!;
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        return Of(path, checkpoint, Sound(path, () => Family.Of(config).Spec(config)), GgufNames.Of(family),
            () => File.Exists(TokenizerFolder.FileOf(folder))
                ? TokenizerFolder.Open(folder, family)
                : GgufTokenizer.Read(checkpoint));
    }

    private static ModelCheck OfLlama2c(string path)
    {
        using var checkpoint = Llama2cFile.Open(path);
        var spec = Sound(path, () => Llama2c.Spec(checkpoint.Header));
        return Of(path, checkpoint, spec, Llama.Names,
            () => Llama2cFolder.FindTokenizer(path, spec.Vocabulary) is { } file
                ? Llama2cTokenizer.Load(file, spec.Vocabulary)
                : null);
    }

    private static ModelCheck Of(
        string path, Checkpoint checkpoint, ModelSpec spec, TensorNames names, Func<Tokenizer?> tokenizer)
    {
        checkpoint = UnwrappedCheckpoint.Of(
            checkpoint, $"{names.Prefix}{names.Embedding}.weight", $"{names.Embedding}.weight");
        var problems = CheckpointSource.Examine(checkpoint, spec, names, out long held);
        string? kind = null, refusal = null;
        try
        {
            kind = tokenizer()?.Kind;
            if (kind is null) refusal = "There is no tokenizer: only token ids can be given.";
        }
        catch (LociException e)
        {
            refusal = $"The tokenizer is not read, only token ids can be given: {e.Message}";
        }
        return new()
        {
            Path = path, Spec = spec, Problems = problems, WeightBytes = held, Tokenizer = kind,
            Unread = refusal is null ? [] : [refusal],
        };
    }

    // Sizes that fit each field but not each other show up as these errors.
    private static ModelSpec Sound(string path, Func<ModelSpec> describe)
    {
        try
        {
            var spec = describe();
            _ = Transformer.TensorsOf(spec);
            return spec;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidFileException(path, $"describes a model that cannot be: {e.Message}", inner: e);
        }
    }
}
