namespace Loci.Models.Families;

/// <summary>
/// GPT-2 (Radford et al. 2019): LayerNorm before each branch, learned positions, biases everywhere, tanh GELU, tied
/// output. Matrices stand as [inputs, outputs]; queries, keys and values are one tensor.
/// </summary>
internal static class Gpt2
{
    public static Family Family { get; } = new(Spec, Names);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("n_layer", ModelConfig.MostLayers), width = config.Size("n_embd"), heads = config.Size("n_head");
        config.Require("add_cross_attention", false, fallback: false);
        int headSize = Shared.HeadSize(config, width, heads);
        float scale = config.Flag("scale_attn_weights", true) ? Shared.RootScale(headSize) : 1;
        bool byLayer = config.Flag("scale_attn_by_inverse_layer_idx", false);
        return new()
        {
            Family = "gpt2",
            Layers = layers,
            Width = width,
            Cells = config.OptionalSize("n_inner") ?? 4 * width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("n_positions"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = headSize,
            AttentionScale = [.. Enumerable.Range(0, layers).Select(l => byLayer ? scale / (l + 1) : scale)],
            AttentionWindow = new int[layers],
            LearnedPositions = true,
            Activation = config.Activation("activation_function", "gelu_new"),
            Gated = false,
            TiedOutput = config.Flag("tie_word_embeddings", true),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names(ModelConfig config) => new()
    {
        Prefix = "transformer.",
        Embedding = "wte",
        Positions = "wpe",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.ln_1",
        QueryKeyValue = ["h.{0}.attn.c_attn"],
        Layout = QueryKeyValueLayout.Fused,
        AttentionOutput = "h.{0}.attn.c_proj",
        FeedForwardNorm = "h.{0}.ln_2",
        Keys = "h.{0}.mlp.c_fc",
        Values = "h.{0}.mlp.c_proj",
        InputsFirst = true,
        QueryKeyValueBias = true,
        AttentionOutputBias = true,
        FeedForwardBias = true,
        Ignored = [".attn.bias", ".attn.masked_bias"],
    };
}
