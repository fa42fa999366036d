using System.Text.Json;
using System.Text.Json.Nodes;
using Loci.Models.Blocks;
using Loci.Models.Families;

namespace Loci.Torch.Runs;

/// <summary>
/// The attention of a layer, as a config says it: <c>"softmax"</c>, <c>{ "window": 64 }</c> for softmax over the last
/// tokens, or an object with a rule for fast weights.
/// </summary>
public sealed record AttentionSettings
{
    private const string Where = "model.attention";

    /// <summary>Keys a query sees; softmax alone.</summary>
    public int? Window { get; init; }

    /// <summary>The update rule, as files name it.</summary>
    public string? Rule { get; init; }

    /// <summary>φ.</summary>
    public string? Map { get; init; }

    /// <summary>Seed of a map with random features; 0 where it is not given.</summary>
    public int? MapSeed { get; init; }

    /// <summary><c>none</c>, <c>sum</c> or <c>l2</c>.</summary>
    public string? Normalization { get; init; }

    /// <summary>ε of the normalisation.</summary>
    public double? NormalizationEps { get; init; }

    /// <summary>The model's where it is not given.</summary>
    public int? Heads { get; init; }

    /// <summary>The model's width by the heads where it is not given.</summary>
    public int? KeySize { get; init; }

    /// <summary>The model's width by the heads where it is not given.</summary>
    public int? ValueSize { get; init; }

    /// <summary>For all rules but the sums where it is not given.</summary>
    public bool? LearnedStrength { get; init; }

    /// <summary>Tokens of the short convolution; 0 for none.</summary>
    public int Convolution { get; init; }

    /// <summary>True: values pass SiLU.</summary>
    public bool SiluValues { get; init; }

    /// <summary>Factor on what is read; 1 where it is not given.</summary>
    public double? ReadScale { get; init; }

    /// <summary>True: reads are normed, head by head.</summary>
    public bool OutputNorm { get; init; }

    /// <summary>True: a gate from the stream weighs the reads.</summary>
    public bool OutputGate { get; init; }

    /// <summary>The layers of a model: a window (0 for none) and fast weights, null for softmax.</summary>
    /// <exception cref="LociException">What a config says of some layer is not possible, and why.</exception>
    public static IReadOnlyList<(int Window, FastWeightSpec? Fast)> Layers(ModelSettings model)
    {
        if (model.Attention is not JsonArray list)
            return [.. Enumerable.Repeat(Layer(model, model.Attention, Where), model.Layers)];
        if (list.Count != model.Layers)
            throw new LociException(
                $"{Where}: {list.Count} layers are described, of {model.Layers}; one setting that is no list goes "
                + $"for all.");
        return [.. list.Select((one, l) => Layer(model, one, $"{Where}[{l}]"))];
    }

    private static (int Window, FastWeightSpec? Fast) Layer(ModelSettings model, JsonNode? json, string at)
    {
        if (json is null)
            throw new LociException($"{at}: says nothing; softmax, a window or fast weights are possible");
        if (json.GetValueKind() == JsonValueKind.String)
            return json.GetValue<string>() == "softmax"
                ? (0, null)
                : throw new LociException($"{at}: «{json}» is not softmax, nor an object with a window or a rule");
        AttentionSettings settings;
        try
        {
            settings = ConfigFile.Read<AttentionSettings>(json, at, "the config");
        }
        catch (JsonException e)
        {
            throw new LociException($"{at}: {e.Message}", e);
        }
        return settings.Read(model, at);
    }

    private (int Window, FastWeightSpec? Fast) Read(ModelSettings model, string at)
    {
        if (Window is { } window)
        {
            if (this != new AttentionSettings { Window = window })
                throw new LociException($"{at}: a window is for softmax attention, which has no other setting");
            return window >= 1
                ? (window, null)
                : throw new LociException($"{at}.window: {window} tokens, where 1 is the least");
        }
        var rule = Word($"{at}.rule", Rule, LociFamily.Rules);
        var normalization = Word($"{at}.normalization", Normalization ?? "none", LociFamily.Normalizations);
        int heads = Heads ?? model.Heads;
        if (heads < 1) throw new LociException($"{at}.heads: {heads}, where 1 is the least");
        if ((KeySize is null || ValueSize is null) && model.Width % heads != 0)
            throw new LociException(
                $"{at}: {heads} heads do not divide the width {model.Width}; give key_size and value_size");
        return (0, new()
        {
            Rule = rule, Map = Map ?? throw new LociException($"{at}: lacks map"), MapSeed = MapSeed ?? 0,
            Normalization = normalization,
            NormalizationEpsilon = (float)(NormalizationEps ?? 0), Heads = heads,
            KeySize = KeySize ?? model.Width / heads,
            ValueSize = ValueSize ?? model.Width / heads, LearnedStrength = LearnedStrength ?? rule.LearnsStrength,
            Convolution = Convolution, SiluValues = SiluValues, ReadScale = (float)(ReadScale ?? 1),
            OutputNorm = OutputNorm, OutputGate = OutputGate,
        });
    }

    private static T Word<T>(string at, string? word, Dictionary<string, T> words) =>
        word is not null && words.TryGetValue(word, out var value)
        ? value : throw new LociException($"{at}: «{word}» is not one of {string.Join(", ", words.Keys)}");
}
