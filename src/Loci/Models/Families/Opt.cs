namespace Loci.Models.Families;

/// <summary>
/// OPT (Zhang et al. 2022): ReLU, the activation of the key-value paper; LayerNorm before each branch, learned positions
/// whose first two rows are unused, biases, tied output. The 350M model (norms after, projected embedding) is refused.
/// </summary>
internal static class Opt
{
    public static Family Family { get; } = new(Spec, Names);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"), heads = config.Size("num_attention_heads");
        config.Require("do_layer_norm_before", true, fallback: true);
        config.Require("_remove_final_layer_norm", false, fallback: false);
        config.Require("layer_norm_elementwise_affine", true, fallback: true);
        if (config.OptionalSize("word_embed_proj_dim") is { } projected && projected != width)
            throw new UnsupportedException($"{config.Path}: a projected embedding (word_embed_proj_dim {projected}, hidden_size {width}) is not implemented.");
        int headSize = Shared.HeadSize(config, width, heads);
        return new()
        {
            Family = "opt",
            Layers = layers,
            Width = width,
            Cells = config.Size("ffn_dim"),
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("max_position_embeddings"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = headSize,
            AttentionScale = Shared.Every(layers, Shared.RootScale(headSize)),
            AttentionWindow = new int[layers],
            LearnedPositions = true,
            LearnedPositionOffset = 2,
            Activation = config.Activation("activation_function", "relu"),
            Gated = false,
            TiedOutput = config.Flag("tie_word_embeddings", true),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names(ModelConfig config)
    {
        bool biases = config.Flag("enable_bias", true);
        return new()
        {
            Prefix = "model.",
            Embedding = "decoder.embed_tokens",
            Positions = "decoder.embed_positions",
            FinalNorm = "decoder.final_layer_norm",
            Output = "lm_head",
            AttentionNorm = "decoder.layers.{0}.self_attn_layer_norm",
            QueryKeyValue =
            [
                "decoder.layers.{0}.self_attn.q_proj", "decoder.layers.{0}.self_attn.k_proj", "decoder.layers.{0}.self_attn.v_proj",
            ],
            AttentionOutput = "decoder.layers.{0}.self_attn.out_proj",
            FeedForwardNorm = "decoder.layers.{0}.final_layer_norm",
            Keys = "decoder.layers.{0}.fc1",
            Values = "decoder.layers.{0}.fc2",
            QueryKeyValueBias = biases,
            AttentionOutputBias = biases,
            FeedForwardBias = biases,
        };
    }
}
