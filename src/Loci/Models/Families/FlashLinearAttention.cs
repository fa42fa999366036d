using Loci.Memory.Numerics;

namespace Loci.Models.Families;

/// <summary>What the families of flash-linear-attention share: the block around the memory, and the tensor names.</summary>
internal static class FlashLinearAttention
{
    /// <summary>Added to the square of a key's or query's length.</summary>
    public const float KeyEpsilon = 1e-6f;

    /// <summary>The spec of a config around one kind of fast-weight layer.</summary>
    /// <param name="config">The config.</param>
    /// <param name="family">Its model_type.</param>
    /// <param name="layer">The layer, without what all families of this library have alike.</param>
    public static ModelSpec Spec(ModelConfig config, string family, FastWeightSpec layer)
    {
        config.Require("allow_neg_eigval", false, fallback: false);
        config.Require("conv_bias", false, fallback: false);
        config.Require("use_output_norm", true, fallback: true);
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size");
        var memory = layer with
        {
            Convolution = config.Flag("use_short_conv", true) ? config.OptionalSize("conv_size") ?? 4 : 0,
            SiluValues = true,
            ReadScale = Shared.RootScale(layer.KeySize),
            OutputNorm = true,
        };
        var softmax = config.Section("attn");
        var softmaxLayers = softmax is null ? [] : SoftmaxLayers(softmax, layers);
        int heads = softmax?.Size("num_heads") ?? layer.Heads, keyValueHeads = softmax?.OptionalSize("num_kv_heads") ?? heads;
        int headSize = softmax is null ? layer.KeySize : Shared.HeadSize(softmax, width, heads);
        if (heads % keyValueHeads != 0) throw config.Wrong($"num_heads {heads} is not a multiple of num_kv_heads {keyValueHeads}");
        softmax?.Require("qk_norm", false, fallback: false);
        int window = softmax?.OptionalSize("window_size") ?? 0;
        return new()
        {
            Family = family,
            Layers = layers,
            Width = width,
            Cells = config.OptionalSize("intermediate_size") ?? UsualCells(config, width),
            Vocabulary = config.Size("vocab_size"),
            Context = config.OptionalSize("max_position_embeddings") ?? 2048,
            Norm = NormKind.RmsNorm,
            NormEpsilon = (float)config.Number("norm_eps", 1e-6),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            AttentionScale = Shared.Every(layers, Shared.RootScale(headSize)),
            AttentionWindow = [.. Enumerable.Range(0, layers).Select(l => softmaxLayers.Contains(l) ? window : 0)],
            FastWeights = [.. Enumerable.Range(0, layers).Select(l => softmaxLayers.Contains(l) ? null : memory)],
            Rotary = softmaxLayers.Count == 0 ? null : RotaryConfig.Read(softmax!, headSize, fraction: 1),
            Activation = config.Activation("hidden_act", "swish") is Activation.Silu
                ? Activation.Silu : throw new UnsupportedException($"{config.Path}: hidden_act must be swish in this family."),
            Gated = true,
            TiedOutput = config.Flag("tie_word_embeddings", false),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    public static TensorNames Names(ModelConfig config) => new()
    {
        Prefix = "model.",
        Embedding = "embeddings",
        FinalNorm = "norm",
        Output = "lm_head",
        AttentionNorm = "layers.{0}.attn_norm",
        QueryKeyValue = ["layers.{0}.attn.q_proj", "layers.{0}.attn.k_proj", "layers.{0}.attn.v_proj"],
        QueryKeyValueBias = config.Section("attn")?.Flag("qkv_bias", false) ?? false,
        AttentionOutput = "layers.{0}.attn.o_proj",
        FeedForwardNorm = "layers.{0}.mlp_norm",
        Keys = "layers.{0}.mlp.up_proj",
        GateKeys = "layers.{0}.mlp.gate_proj",
        Values = "layers.{0}.mlp.down_proj",
        FastWeight = new()
        {
            Gate = "layers.{0}.attn.g_proj",
            Strength = "layers.{0}.attn.b_proj",
            Decay = "layers.{0}.attn.a_proj",
            DecayRateLog = "layers.{0}.attn.A_log",
            DecayBias = "layers.{0}.attn.dt_bias",
            Convolutions = ["layers.{0}.attn.q_conv1d", "layers.{0}.attn.k_conv1d", "layers.{0}.attn.v_conv1d"],
            OutputNorm = "layers.{0}.attn.o_norm",
        },
        Ignored = [".rotary.inv_freq"],
    };

    /// <summary>A width times a factor of the config, which must come out whole.</summary>
    public static int Expanded(ModelConfig config, int width, string field, double usual)
    {
        double wide = width * config.Number(field, usual);
        return wide is >= 1 and <= 1 << 24 && wide == Math.Floor(wide)
            ? (int)wide : throw config.Wrong($"{field} makes {wide} of {width}, where a whole number from 1 is wanted");
    }

    // Two thirds of the usual ratio, as a gated layer has three matrices, in whole blocks of 256.
    private static int UsualCells(ModelConfig config, int width)
    {
        double cells = Math.Floor((double)width * (config.OptionalSize("hidden_ratio") ?? 4) * 2 / 3);
        return cells <= 1 << 24 ? ((int)cells + 255) / 256 * 256 : throw config.Wrong($"hidden_ratio makes {cells} cells");
    }

    private static HashSet<int> SoftmaxLayers(ModelConfig softmax, int layers)
    {
        var named = softmax.Numbers("layers");
        foreach (double layer in named)
            if (layer < 0 || layer >= layers || layer != Math.Floor(layer)) throw softmax.Wrong($"names layer {layer} of {layers}");
        return [.. named.Select(layer => (int)layer)];
    }
}
