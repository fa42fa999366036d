using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Falcon 7B (Almazrouei et al. 2023): attention and cells side by side behind one LayerNorm, one key and value head,
/// rotary positions, exact GELU, no biases. The layouts of the 40B and 11B models and of Falcon-RW are refused.
/// </summary>
internal static class Falcon
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"),
            heads = config.Size("num_attention_heads");
        config.Require("new_decoder_architecture", false, fallback: false);
        config.Require("alibi", false, fallback: false);
        config.Require("multi_query", true, fallback: true);
        config.Require("parallel_attn", true, fallback: true);
        config.Require("bias", false, fallback: false);
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        return new()
        {
            Family = "falcon",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.OptionalSize("max_position_embeddings") ?? 2048,
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Blocks = FamilyReadings.Every(layers, new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = 1, HeadSize = headSize, Scale = FamilyReadings.RootScale(headSize),
                    Rotary = RotaryConfig.Read(config, headSize, fraction: 1),
                },
                Cells = new(
                    config.OptionalSize("ffn_hidden_size") ?? 4 * width, config.Activation("activation", "gelu"),
                    Gated: false),
                Parallel = true,
            }),
            Head = new(config.Flag("tie_word_embeddings", true)),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names => new()
    {
        Prefix = "transformer.",
        Embedding = "word_embeddings",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.input_layernorm",
        QueryKeyValue = ["h.{0}.self_attention.query_key_value"],
        Layout = QueryKeyValueLayout.Fused,
        AttentionOutput = "h.{0}.self_attention.dense",
        FeedForwardNorm = "h.{0}.input_layernorm",
        Keys = "h.{0}.mlp.dense_h_to_4h",
        Values = "h.{0}.mlp.dense_4h_to_h",
    };

    private static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("FalconForCausalLM"),
            ["num_hidden_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["num_attention_heads"] = softmax.Heads,
            ["ffn_hidden_size"] = cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["activation"] = ConfigWriter.Name(cells.Activation),
            ["multi_query"] = softmax.KeyValueHeads == 1,
            ["parallel_attn"] = spec.Blocks[0].Parallel,
            ["new_decoder_architecture"] = false,
            ["alibi"] = false,
            ["bias"] = false,
        };
        if (softmax.Rotary is { } rotary) RotaryConfig.Write(config, rotary);
        return config;
    }
}
