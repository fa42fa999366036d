using System.Text.Json.Nodes;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Loci's own family, «loci»: any <see cref="ModelSpec"/>, softmax and fast-weight layers in any order, with no biases
/// but those of LayerNorm. <see cref="LociFormat"/> writes what is read here.
/// </summary>
internal static class LociFamily
{
    public const string Name = "loci";

    public static readonly Dictionary<string, NormKind> Norms = new()
    {
        ["layer_norm"] = NormKind.LayerNorm, ["rms_norm"] = NormKind.RmsNorm,
    };

    public static readonly Dictionary<string, UpdateRule> Rules =
        UpdateRule.All.Where(rule => rule.HasChunkForm).ToDictionary(rule => rule.Name);

    public static readonly Dictionary<string, Normalization> Normalizations = new()
    {
        ["none"] = Normalization.None, ["sum"] = Normalization.Sum, ["l2"] = Normalization.L2,
    };

    public static ModelSpec Spec(ModelConfig config)
    {
        var layers = config.Sections("layers");
        if (layers.Count is 0 or > ModelConfig.MostLayers)
            throw config.Wrong($"has {layers.Count} layers, where 1 to {ModelConfig.MostLayers} are possible");
        FastWeightSpec?[] fastWeights = [.. layers.Select(FastWeight)];
        var softmax = config.Section("softmax");
        if (softmax is null && fastWeights.Contains(null)) throw config.Missing("softmax");
        int heads = softmax?.Size("num_attention_heads") ?? fastWeights[0]!.Heads;
        int keyValueHeads = softmax is null ? heads : softmax.OptionalSize("num_key_value_heads") ?? heads;
        int headSize = softmax?.Size("head_dim") ?? fastWeights[0]!.KeySize;
        if (heads % keyValueHeads != 0)
            throw config.Wrong($"num_attention_heads {heads} is not a multiple of num_key_value_heads {keyValueHeads}");
        bool queryKeyNorms = softmax?.Flag("query_key_norms", false) ?? false;
        float softCap = (float)(softmax?.Number("soft_cap", 0) ?? 0);
        var rotary = softmax?.Section("rotary") is { } turned ? Rotary(turned, headSize) : null;
        if (rotary is not null && !fastWeights.Contains(null))
            throw config.Wrong(
                "has rotary positions, which turn the queries and keys of softmax layers, and there is none");
        var cells = new CellsSpec(
            config.Size("intermediate_size"), config.Activation("hidden_act"), config.Flag("gated", false));
        bool parallel = config.Flag("parallel_residual", false), sandwich = config.Flag("sandwich_norms", false);
        return new()
        {
            Family = Name,
            Width = config.Size("hidden_size"),
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("max_position_embeddings"),
            Norm = config.Choice("norm", Norms),
            NormEpsilon = (float)config.Number("norm_eps", 1e-5),
            Blocks =
            [
                .. layers.Select((layer, l) => new BlockSpec
                {
                    Mixer = (MixerSpec?)fastWeights[l] ?? new SoftmaxSpec
                    {
                        Heads = heads, KeyValueHeads = keyValueHeads, HeadSize = headSize,
                        Scale = (float)layer.Number("scale", FamilyReadings.RootScale(headSize)),
                        Window = layer.OptionalSize("window") ?? 0,
                        SoftCap = softCap, QueryKeyNorms = queryKeyNorms, Rotary = rotary,
                    },
                    Cells = cells, Parallel = parallel, SandwichNorms = sandwich,
                }),
            ],
            Head = new(config.Flag("tie_word_embeddings", false), (float)config.Number("logit_soft_cap", 0)),
            LearnedPositions = config.Flag("learned_positions", false),
            LearnedPositionOffset = config.OptionalSize("learned_position_offset") ?? 0,
            EmbeddingScale = (float)config.Number("embedding_scale", 1),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    /// <summary>The names of every tensor that a part can have.</summary>
    public static TensorNames TensorNames { get; } = new()
    {
        Prefix = "",
        Embedding = "embedding",
        Positions = "positions",
        EmbeddingNorm = "embedding_norm",
        FinalNorm = "final_norm",
        Output = "output",
        AttentionNorm = "layers.{0}.attention_norm",
        PostAttentionNorm = "layers.{0}.attention_output_norm",
        QueryKeyValue = ["layers.{0}.attention.query", "layers.{0}.attention.key", "layers.{0}.attention.value"],
        QueryNorm = "layers.{0}.attention.query_norm",
        KeyNorm = "layers.{0}.attention.key_norm",
        AttentionOutput = "layers.{0}.attention.output",
        FeedForwardNorm = "layers.{0}.feed_forward_norm",
        PostFeedForwardNorm = "layers.{0}.feed_forward_output_norm",
        Keys = "layers.{0}.feed_forward.keys",
        GateKeys = "layers.{0}.feed_forward.gate_keys",
        Values = "layers.{0}.feed_forward.values",
        Experts = new()
        {
            Router = "layers.{0}.feed_forward.router",
            GateKeys = "layers.{0}.feed_forward.gate_keys",
            Keys = "layers.{0}.feed_forward.keys",
            Values = "layers.{0}.feed_forward.values",
            SharedGate = "layers.{0}.feed_forward.shared_gate",
        },
        FastWeight = new()
        {
            Gate = "layers.{0}.attention.gate",
            Strength = "layers.{0}.attention.strength",
            Decay = "layers.{0}.attention.decay",
            DecayRateLog = "layers.{0}.attention.decay_rate_log",
            DecayBias = "layers.{0}.attention.decay_bias",
            Convolutions =
            [
                "layers.{0}.attention.query_convolution", "layers.{0}.attention.key_convolution",
                "layers.{0}.attention.value_convolution",
            ],
            OutputNorm = "layers.{0}.attention.read_norm",
        },
    };

    public static Family Family { get; } = new(
        Spec, TensorNames, spec => JsonNode.Parse(LociFormat.Config(spec))!.AsObject());

    private static FastWeightSpec? FastWeight(ModelConfig layer) => layer.Text("attention") switch
    {
        "softmax" => null,
        "fast_weights" when layer.OptionalSize("window") is not null =>
            throw layer.Wrong("has a window, which is for softmax attention"),
        "fast_weights" => new()
        {
            Rule = layer.Choice("rule", Rules),
            Map = layer.Text("map") ?? throw layer.Missing("map"),
            MapSeed = layer.TokenId("map_seed") ?? 0,
            Normalization = layer.Choice("normalization", Normalizations),
            NormalizationEpsilon = (float)layer.Number("normalization_eps", 0),
            Heads = layer.Size("heads"),
            KeySize = layer.Size("key_size"),
            ValueSize = layer.Size("value_size"),
            LearnedStrength = layer.Flag("learned_strength", false),
            Convolution = layer.OptionalSize("convolution") ?? 0,
            SiluValues = layer.Flag("silu_values", false),
            ReadScale = (float)layer.Number("read_scale", 1),
            OutputNorm = layer.Flag("output_norm", false),
            OutputGate = layer.Flag("output_gate", false),
        },
        null => throw layer.Missing("attention"),
        { } other => throw new UnsupportedException(
            $"{layer.Path}: attention is «{other}», where softmax or fast_weights is wanted."),
    };

    private static RotarySpec Rotary(ModelConfig rotary, int headSize)
    {
        var frequencies = rotary.Numbers("inverse_frequencies");
        if (frequencies.Count == 0 || 2 * frequencies.Count > headSize)
            throw rotary.Wrong($"{frequencies.Count} pairs are turned in a head of {headSize}");
        return new(2 * frequencies.Count, rotary.Flag("interleaved", false), frequencies)
        {
            Scaling = rotary.Number("scaling", 1),
        };
    }
}
