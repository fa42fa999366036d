using System.Text.Json.Nodes;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// What the families of flash-linear-attention share: the block around the memory, and the tensor names.
/// </summary>
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
            ReadScale = FamilyReadings.RootScale(layer.KeySize),
            OutputNorm = true,
        };
        var softmax = config.Section("attn");
        var softmaxLayers = softmax is null ? [] : SoftmaxLayers(softmax, layers);
        int heads = softmax?.Size("num_heads") ?? layer.Heads, keyValueHeads = softmax?.OptionalSize("num_kv_heads")
            ?? heads;
        int headSize = softmax is null ? layer.KeySize : FamilyReadings.HeadSize(softmax, width, heads);
        if (heads % keyValueHeads != 0)
            throw config.Wrong($"num_heads {heads} is not a multiple of num_kv_heads {keyValueHeads}");
        softmax?.Require("qk_norm", false, fallback: false);
        int window = softmax?.OptionalSize("window_size") ?? 0;
        var list = softmaxLayers.Count == 0 ? null : new SoftmaxSpec
        {
            Heads = heads, KeyValueHeads = keyValueHeads, HeadSize = headSize,
            Scale = FamilyReadings.RootScale(headSize),
                Window = window,
            Rotary = RotaryConfig.Read(softmax!, headSize, fraction: 1),
            QueryKeyValueBias = softmax!.Flag("qkv_bias", false),
        };
        var activation = config.Activation("hidden_act", "swish") is Activation.Silu
            ? Activation.Silu : throw new UnsupportedException(
                $"{config.Path}: hidden_act must be swish in this family.");
        var cells = new CellsSpec(
            config.OptionalSize("intermediate_size") ?? UsualCells(config, width), activation, Gated: true);
        return new()
        {
            Family = family,
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.OptionalSize("max_position_embeddings") ?? 2048,
            Norm = NormKind.RmsNorm,
            NormEpsilon = (float)config.Number("norm_eps", 1e-6),
            Blocks =
            [
                .. Enumerable.Range(0, layers).Select(l => new BlockSpec
                {
                    Mixer = softmaxLayers.Contains(l) ? list! : memory, Cells = cells,
                }),
            ],
            Head = new(config.Flag("tie_word_embeddings", false)),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    public static TensorNames Names => new()
    {
        Prefix = "model.",
        Embedding = "embeddings",
        FinalNorm = "norm",
        Output = "lm_head",
        AttentionNorm = "layers.{0}.attn_norm",
        QueryKeyValue = ["layers.{0}.attn.q_proj", "layers.{0}.attn.k_proj", "layers.{0}.attn.v_proj"],
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
        Ignored = [".attn.D"], // a parameter that the library's layers had until March 2025 and never used
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
        return cells <= 1 << 24
            ? ((int)cells + 255) / 256 * 256
            : throw config.Wrong($"hidden_ratio makes {cells} cells");
    }

    private static HashSet<int> SoftmaxLayers(ModelConfig softmax, int layers)
    {
        var named = softmax.Numbers("layers");
        foreach (double layer in named)
            if (layer < 0 || layer >= layers || layer != Math.Floor(layer))
                throw softmax.Wrong($"names layer {layer} of {layers}");
        return [.. named.Select(layer => (int)layer)];
    }

    /// <summary>Writes what <see cref="Spec"/> reads.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="architecture">The name of its class.</param>
    /// <param name="memory">Receives the fast-weight layer that the config is to describe.</param>
    public static JsonObject Config(ModelSpec spec, string architecture, out FastWeightSpec memory)
    {
        memory = spec.Blocks.Select(block => block.Mixer).OfType<FastWeightSpec>().FirstOrDefault()
            ?? throw new UnsupportedException(
                $"A config.json of the family «{spec.Family}» has at least one fast-weight layer.");
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(architecture),
            ["num_hidden_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["num_heads"] = memory.Heads,
            ["intermediate_size"] = spec.Blocks[0].Cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["hidden_act"] = "swish",
            ["use_short_conv"] = memory.Convolution > 0,
            ["conv_size"] = Math.Max(1, memory.Convolution),
            ["use_gate"] = memory.OutputGate,
        };
        int[] softmaxLayers = [.. Enumerable.Range(0, spec.Layers).Where(l => spec.Blocks[l].Mixer is SoftmaxSpec)];
        if (softmaxLayers.Length == 0) return config;
        var list = (SoftmaxSpec)spec.Blocks[softmaxLayers[0]].Mixer;
        var attention = new JsonObject
        {
            ["layers"] = new JsonArray([.. softmaxLayers.Select(l => (JsonNode)l)]),
            ["num_heads"] = list.Heads,
            ["num_kv_heads"] = list.KeyValueHeads,
            ["qkv_bias"] = list.QueryKeyValueBias,
            ["window_size"] = list.Window > 0 ? list.Window : null,
        };
        if (list.Rotary is { } rotary) RotaryConfig.Write(attention, rotary);
        config["attn"] = attention;
        return config;
    }
}
