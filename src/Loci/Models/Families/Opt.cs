using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// OPT (Zhang et al. 2022): ReLU, the activation of the key-value paper; LayerNorm before each branch,
/// learned positions whose first two rows are unused, biases, tied output. The 350M model (norms after,
/// projected embedding) is refused.
/// </summary>
internal static class Opt
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"),
            heads = config.Size("num_attention_heads");
        config.Require("do_layer_norm_before", true, fallback: true);
        config.Require("_remove_final_layer_norm", false, fallback: false);
        config.Require("layer_norm_elementwise_affine", true, fallback: true);
        if (config.OptionalSize("word_embed_proj_dim") is { } projected && projected != width)
            throw new UnsupportedException(
                $"{config.Path}: a projected embedding (word_embed_proj_dim {projected}, hidden_size {width}) is not "
                    + "implemented.");
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        bool biases = config.Flag("enable_bias", true);
        return new()
        {
            Family = "opt",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("max_position_embeddings"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Blocks = FamilyReadings.Every(layers, new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = heads, HeadSize = headSize,
                    Scale = FamilyReadings.RootScale(headSize),
                    QueryKeyValueBias = biases, OutputBias = biases,
                },
                Cells = new(
                    config.Size("ffn_dim"), config.Activation("activation_function", "relu"), Gated: false,
                    KeyBias: biases, ValueBias: biases),
            }),
            Head = new(config.Flag("tie_word_embeddings", true)),
            LearnedPositions = true,
            LearnedPositionOffset = 2,
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names => new()
    {
        Prefix = "model.",
        Embedding = "decoder.embed_tokens",
        Positions = "decoder.embed_positions",
        FinalNorm = "decoder.final_layer_norm",
        Output = "lm_head",
        AttentionNorm = "decoder.layers.{0}.self_attn_layer_norm",
        QueryKeyValue =
        [
            "decoder.layers.{0}.self_attn.q_proj", "decoder.layers.{0}.self_attn.k_proj",
            "decoder.layers.{0}.self_attn.v_proj",
        ],
        AttentionOutput = "decoder.layers.{0}.self_attn.out_proj",
        FeedForwardNorm = "decoder.layers.{0}.final_layer_norm",
        Keys = "decoder.layers.{0}.fc1",
        Values = "decoder.layers.{0}.fc2",
    };

    private static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells);
        return new()
        {
            ["architectures"] = new JsonArray("OPTForCausalLM"),
            ["num_hidden_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["word_embed_proj_dim"] = spec.Width,
            ["num_attention_heads"] = softmax.Heads,
            ["ffn_dim"] = cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["activation_function"] = ConfigWriter.Name(cells.Activation),
            ["do_layer_norm_before"] = true,
            ["enable_bias"] = cells.ValueBias,
            ["layer_norm_elementwise_affine"] = true,
            ["dropout"] = 0.0,
            ["attention_dropout"] = 0.0,
            ["pad_token_id"] = spec.BeginOfSequence,
        };
    }
}
