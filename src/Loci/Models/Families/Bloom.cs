using System.Text.Json.Nodes;
using Loci.Memory.Attention;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// BLOOM (Le Scao et al. 2022): biases by distance in the place of positions, a norm on the embedding, biases
/// everywhere, tanh GELU, tied output. Query, key and value are fused head by head.
/// </summary>
internal static class Bloom
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int width = config.OptionalSize("hidden_size") ?? config.Size("n_embed"),
            heads = config.OptionalSize("n_head") ?? config.Size("num_attention_heads"),
            layers = config.OptionalSize("n_layer", ModelConfig.MostLayers)
                ?? config.Size("num_hidden_layers", ModelConfig.MostLayers);
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        config.Require("apply_residual_connection_post_layernorm", false, fallback: false);
        return new()
        {
            Family = "bloom",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.OptionalSize("seq_length") ?? 2048,
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            EmbeddingNorm = true,
            Blocks = FamilyReadings.Every(layers, new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = heads, HeadSize = headSize,
                    Scale = FamilyReadings.RootScale(headSize), Alibi = new AlibiSlopes(heads),
                    QueryKeyValueBias = true, OutputBias = true,
                },
                Cells = new(4 * width, Activation.GeluTanh, Gated: false, KeyBias: true, ValueBias: true),
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
        EmbeddingNorm = "word_embeddings_layernorm",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.input_layernorm",
        QueryKeyValue = ["h.{0}.self_attention.query_key_value"],
        Layout = QueryKeyValueLayout.FusedByGroup,
        AttentionOutput = "h.{0}.self_attention.dense",
        FeedForwardNorm = "h.{0}.post_attention_layernorm",
        Keys = "h.{0}.mlp.dense_h_to_4h",
        Values = "h.{0}.mlp.dense_4h_to_h",
    };

    private static JsonObject Config(ModelSpec spec) => new()
    {
        ["architectures"] = new JsonArray("BloomForCausalLM"),
        ["n_layer"] = spec.Layers,
        ["hidden_size"] = spec.Width,
        ["n_head"] = ConfigWriter.Softmax(spec).Heads,
        ["seq_length"] = spec.Context,
        ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
        ["apply_residual_connection_post_layernorm"] = false,
        ["attention_dropout"] = 0.0,
        ["hidden_dropout"] = 0.0,
    };
}
