using System.Security.Cryptography;
using Loci.Checkpoints;
using Loci.Models.Constructed;
using Loci.Models.Families;
using Loci.Models.Gguf;
using Loci.Models.Weights;
using Loci.Tokenizers;

namespace Loci.Models;

/// <summary>
/// A model as a person names one: the network, its tokenizer if it has one, and what identifies it. Safe to share among
/// threads; dispose of it when nothing runs on it any more.
/// </summary>
public sealed class Model : IDisposable
{
    /// <summary>The name of the built-in model whose cells are written by hand.</summary>
    public const string ConstructedName = "constructed";

    private readonly Lazy<string> _hash;
    private readonly string _configHash;

    private Model(
        string name, Transformer transformer, Tokenizer? tokenizer, Lazy<string> hash, string configHash,
        string tokenizerHash)
    {
        (Name, BaseName, Transformer, Tokenizer, TokenizerHash) = (name, name, transformer, tokenizer, tokenizerHash);
        (_hash, _configHash) = (hash, configHash);
    }

    /// <summary>A model made in memory.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="transformer">The network.</param>
    /// <param name="tokenizer">Its tokenizer, or null.</param>
    /// <param name="hash">What identifies its weights.</param>
    /// <param name="tokenizerHash">What identifies its tokenizer.</param>
    public Model(string name, Transformer transformer, Tokenizer? tokenizer, string hash, string tokenizerHash = "")
        : this(name, transformer, tokenizer, new Lazy<string>(hash), configHash: "", tokenizerHash)
    {
    }

    /// <summary>What it was opened as.</summary>
    public string Name { get; }

    /// <summary>
    /// What the model was opened as whose weights these are, or were before they were changed in memory: «demo» of
    /// «demo@my.journal». Its language, its tokenizer and its texts are that model's.
    /// </summary>
    public string BaseName { get; private init; }

    /// <summary>The network.</summary>
    public Transformer Transformer { get; }

    /// <summary>
    /// Its tokenizer, or null where the checkpoint has none that can be read (only token ids can be given then).
    /// </summary>
    public Tokenizer? Tokenizer { get; }

    /// <summary>Why the tokenizer that is there is not read; null where it is, or where there is none.</summary>
    public string? TokenizerRefusal { get; private init; }

    /// <summary>What a person should know of how it was opened, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>SHA-256 of the weights, lowercase hexadecimal; read from the files when first asked for.</summary>
    public string Hash => _hash.Value;

    /// <summary>
    /// What decides every number the model computes: SHA-256 over the weights' and the config's, lowercase hexadecimal.
    /// </summary>
    public string Identity =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($"{Hash}\n{_configHash}\n")));

    /// <summary>SHA-256 of the tokenizer's file, lowercase hexadecimal; empty where there is none.</summary>
    public string TokenizerHash { get; }

    /// <summary>Sizes and choices of the network.</summary>
    public ModelSpec Spec => Transformer.Spec;

    /// <summary>The token a text starts with by the model's own convention, or null for none.</summary>
    public int? BeginOfSequence => Tokenizer is { } tokenizer
        ? tokenizer.AddsBeginOfSequence ? tokenizer.BeginOfSequence : null
        : Spec.BeginOfSequence;

    /// <summary>
    /// Opens a directory (Hugging Face layout, or a llama2.c <c>.bin</c> beside its tokenizer), a <c>.bin</c> file, or
    /// <see cref="ConstructedName"/>.
    /// </summary>
    /// <param name="path">Where it is.</param>
    /// <param name="name">What to call it; the path where this is null.</param>
    /// <exception cref="LociException">There is no such model, or its files are damaged or of a kind Loci does not
    /// read.</exception>
    public static Model Open(string path, string? name = null)
    {
        name ??= path;
        if (path == ConstructedName) return Constructed();
        InputFile.RequireRegularOrFolder(path);
        if (File.Exists(path))
            return FileKind.Of(InputFile.Start(path)) == FileKind.Gguf ? OpenGguf(name, path) : OpenLlama2c(name, path);
        if (!Directory.Exists(path))
            throw new LociException($"There is no model «{name}»: no such directory or file.");
        if (File.Exists(Path.Combine(path, "config.json"))) return OpenHuggingFace(name, path);
        string[] ggufs = Directory.GetFiles(path, "*.gguf");
        if (ggufs.Length > 0) return OpenGguf(name, ModelFolder.FindWeights(path));
        string[] bins = Llama2cFolder.Models(path);
        return bins switch
        {
            [string only] => OpenLlama2c(name, only),
            [] =>
                throw new LociException(
                    $"{path} is not a model: it holds neither config.json nor a llama2.c .bin file."),
            _ =>
                throw new LociException(
                    $"{path} holds several .bin files; name the one to open: {string.Join(", ", bins)}."),
        };
    }

    /// <summary>Opens a model whose files are in memory, in the layout of a Hugging Face directory.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="config"><c>config.json</c>.</param>
    /// <param name="weights">The weights; disposed.</param>
    /// <param name="tokenizer"><c>tokenizer.json</c>.</param>
    /// <param name="tokenizerConfig"><c>tokenizer_config.json</c>.</param>
    /// <exception cref="LociException">A file is damaged or of a kind Loci does not read.</exception>
    public static Model FromFiles(string name, byte[] config, Checkpoint weights, byte[] tokenizer,
        byte[] tokenizerConfig)
    {
        using var checkpoint = weights;
        var parsed = ModelConfig.Parse(config, $"{name}/config.json");
        var family = Family.Of(parsed);
        var warnings = new List<string>();
        var transformer = Build(parsed.Path, checkpoint, () => (family.Spec(parsed), family.Names), warnings);
        string hash = checkpoint.ContentHash;
        return new(
            name, transformer, TokenizerJson.Parse(tokenizer, $"{name}/tokenizer.json", tokenizerConfig),
            new Lazy<string>(hash), HashOf(config),
            HashOf(tokenizer)) { Warnings = warnings };
    }

    /// <summary>
    /// This model with weights that were changed in memory: its tokenizer and config, and an identity of its own.
    /// </summary>
    /// <param name="transformer">The changed network, of the same spec; see <see cref="Transformer.With"/>.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="hash">What identifies the change; null to hash the changed tensors when it is first asked
    /// for.</param>
    /// <exception cref="ArgumentException">The network is of another spec.</exception>
    public Model With(Transformer transformer, string name, string? hash = null)
    {
        if (transformer.Spec != Spec) throw new ArgumentException("is of another spec", nameof(transformer));
        return new(
            name, transformer, Tokenizer, new Lazy<string>(() => hash ?? HashOfChanges(transformer)), _configHash,
            TokenizerHash)
        {
            TokenizerRefusal = TokenizerRefusal, BaseName = BaseName,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Transformer.Dispose();

    private string HashOfChanges(Transformer changed)
    {
        TensorSlot[] tensors = [.. changed.TensorsNotSharedWith(Transformer)];
        if (tensors.Length == 0) return Hash;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"{Hash}\n"));
        foreach (var tensor in tensors)
        {
            hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"{tensor.Name}\n"));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(changed.Read(tensor)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Token ids of a text with what the model's convention puts before it.</summary>
    /// <exception cref="LociException">The model has no tokenizer.</exception>
    public List<int> Encode(string text)
    {
        var tokenizer = RequireTokenizer();
        var ids = new List<int>();
        if (BeginOfSequence is { } begin) ids.Add(begin);
        tokenizer.Encode(text, ids);
        return ids;
    }

    /// <summary>The tokenizer.</summary>
    /// <exception cref="LociException">There is none, or it is not read; says why.</exception>
    public Tokenizer RequireTokenizer() => Tokenizer ?? throw new LociException(TokenizerRefusal is { } reason
        ? $"The tokenizer of {Name} is not read; give token ids instead of text. {reason}"
        : $"{Name} has no tokenizer (tokenizer.json); give token ids instead of text.");

    private static Model OpenHuggingFace(string name, string folder)
    {
        var config = ModelConfig.Load(Path.Combine(folder, "config.json"));
        var family = Family.Of(config);
        using var checkpoint = Checkpoint.OpenAny(folder);
        if (checkpoint is GgufFile) return OpenGguf(name, checkpoint.Path); // which says itself what it is
        var warnings = new List<string>();
        var transformer = Build(
            config.Path, checkpoint, () => (GenerationConfig.Apply(family.Spec(config), folder), family.Names),
            warnings);
        var (tokenizer, refusal) = TokenizerOf(() => TokenizerFolder.Open(folder, config.Text("model_type")), warnings);
        string tokenizerHash = tokenizer is null ? "" : HashOfFile(TokenizerFolder.FileOf(folder));
        return new(name, transformer, tokenizer, HashOf(checkpoint.Path), HashOfFile(config.Path), tokenizerHash)
        {
            TokenizerRefusal = refusal, Warnings = warnings,
        };
    }

    // A model whose tokenizer cannot be read still runs on token ids.
    private static (Tokenizer? Tokenizer, string? Refusal) TokenizerOf(Func<Tokenizer?> open, List<string> warnings)
    {
        try
        {
            return (open(), null);
        }
        catch (LociException e)
        {
            warnings.Add($"The tokenizer is not read, only token ids can be given: {e.Message}");
            return (null, e.Message);
        }
    }

    // The tokenizer is that of a file beside it, where there is one; else its own.
    private static Model OpenGguf(string name, string path)
    {
        using var checkpoint = GgufFile.Open(path);
        var warnings = new List<string>();
        var config = GgufConfig.Read(checkpoint);
        string family = config.Text("model_type")!;
        var transformer = Build(
            path, checkpoint,
            () => (RotaryFactors.Apply(Family.Of(config).Spec(config), checkpoint), GgufNames.Of(family)), warnings);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        bool beside = File.Exists(TokenizerFolder.FileOf(folder));
        var (tokenizer, refusal) = TokenizerOf(
            () => beside ? TokenizerFolder.Open(folder, family) : GgufTokenizer.Read(checkpoint), warnings);
        string hash = tokenizer is null ? ""
            : beside ? HashOfFile(TokenizerFolder.FileOf(folder)) : GgufTokenizer.Hash(checkpoint);
        return new(name, transformer, tokenizer, HashOf(path), configHash: "", hash)
        {
            TokenizerRefusal = refusal, Warnings = warnings,
        };
    }

    private static Model OpenLlama2c(string name, string path)
    {
        FileKind.Refuse(InputFile.Start(path), path, "a llama2.c model", FileKind.Utf16, FileKind.Utf32);
        if (!path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
            throw new LociException(
                $"{path} is a file but not a llama2.c .bin; name the directory of a Hugging Face model.");
        using var checkpoint = Llama2cFile.Open(path);
        var warnings = new List<string>();
        var transformer = Build(path, checkpoint, () => (Llama2c.Spec(checkpoint.Header), Llama.Names), warnings);
        string? tokenizerPath = Llama2cFolder.FindTokenizer(path, transformer.Spec.Vocabulary);
        var (tokenizer, refusal) = TokenizerOf(
            () => tokenizerPath is null ? null : Llama2cTokenizer.Load(tokenizerPath, transformer.Spec.Vocabulary),
            warnings);
        return new(name, transformer, tokenizer, HashOf(path), configHash: "",
            tokenizer is null ? "" : HashOfFile(tokenizerPath!))
        {
            TokenizerRefusal = refusal, Warnings = warnings,
        };
    }

    // Sizes that fit each field but not each other (a table beyond memory, a product beyond 2^31) show up as these
    // errors.
    private static Transformer Build(
        string path, Checkpoint checkpoint, Func<(ModelSpec Spec, TensorNames Names)> describe, List<string> warnings)
    {
        try
        {
            var (spec, names) = describe();
            checkpoint = UnwrappedCheckpoint.Of(checkpoint, $"{names.Prefix}{names.Embedding}.weight",
                $"{names.Embedding}.weight");
            spec = TiedHead.Settle(spec, checkpoint, names, out string? warning);
            if (warning is not null) warnings.Add(warning);
            return CheckpointSource.Read(checkpoint, spec, names);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidFileException(path, $"describes a model that cannot be: {e.Message}", inner: e);
        }
    }

    private static Model Constructed()
    {
        var constructed = ConstructedModel.Instance;
        return new(ConstructedName, constructed.Transformer, constructed.Tokenizer, constructed.Hash, constructed.Hash);
    }

    private static Lazy<string> HashOf(string path) => new(() =>
    {
        using var checkpoint = Checkpoint.OpenAny(path);
        return checkpoint.ContentHash;
    });

    private static string HashOfFile(string path) =>
        File.Exists(path) ? HashOf(InputFile.Read(path, int.MaxValue)) : "";

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
