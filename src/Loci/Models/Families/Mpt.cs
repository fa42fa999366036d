using System.Text.Json.Nodes;
using Loci.Memory.Attention;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// MPT (MosaicML 2023): biases by distance in the place of positions, LayerNorm without bias, exact GELU, no biases,
/// tied output. Clipped or normed queries and keys, a logit scale and learned positions are refused.
/// </summary>
internal static class Mpt
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int width = config.Size("d_model"), heads = config.Size("n_heads");
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        if (config.Section("attn_config") is not { } attention) throw config.Missing("attn_config");
        attention.Require("alibi", true, fallback: true);
        attention.Require("qk_ln", false, fallback: false);
        attention.Require("prefix_lm", false, fallback: false);
        if (attention.Has("clip_qkv")) throw Refused(attention, "clip_qkv");
        if (config.Has("logit_scale")) throw Refused(config, "logit_scale");
        if (config.Number("expansion_ratio", 4) != 4) throw Refused(config, "an expansion_ratio other than 4");
        config.Require("no_bias", true, fallback: true);
        return new()
        {
            Family = "mpt",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.OptionalSize("max_seq_len") ?? 2048,
            Norm = NormKind.LayerNorm,
            NormBias = false,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Blocks = FamilyReadings.Every(config.Size("n_layers", ModelConfig.MostLayers), new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = heads, HeadSize = headSize,
                    Scale = (float)(attention.OptionalNumber("softmax_scale") ?? FamilyReadings.RootScale(headSize)),
                    Alibi = new AlibiSlopes(heads, attention.Number("alibi_bias_max", 8)),
                },
                Cells = new(checked(4 * width), Activation.Gelu, Gated: false),
            }),
            Head = new(config.Flag("tie_word_embeddings", true)),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names => new()
    {
        Prefix = "transformer.",
        Embedding = "wte",
        FinalNorm = "norm_f",
        Output = "lm_head",
        AttentionNorm = "blocks.{0}.norm_1",
        QueryKeyValue = ["blocks.{0}.attn.Wqkv"],
        Layout = QueryKeyValueLayout.Fused,
        AttentionOutput = "blocks.{0}.attn.out_proj",
        FeedForwardNorm = "blocks.{0}.norm_2",
        Keys = "blocks.{0}.ffn.up_proj",
        Values = "blocks.{0}.ffn.down_proj",
    };

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        return new()
        {
            ["architectures"] = new JsonArray("MPTForCausalLM"),
            ["n_layers"] = spec.Layers,
            ["d_model"] = spec.Width,
            ["n_heads"] = softmax.Heads,
            ["expansion_ratio"] = 4,
            ["max_seq_len"] = spec.Context,
            ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["no_bias"] = true,
            ["norm_type"] = "low_precision_layernorm",
            ["attn_config"] = new JsonObject
            {
                ["alibi"] = true,
                ["alibi_bias_max"] = softmax.Alibi?.Most,
                ["softmax_scale"] = ConfigWriter.Shortest(softmax.Scale),
                ["clip_qkv"] = null,
                ["qk_ln"] = false,
            },
        };
    }

    private static UnsupportedException Refused(ModelConfig config, string what) =>
        new($"{config.Path}: {what} is not implemented.");
}
