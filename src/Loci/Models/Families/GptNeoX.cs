namespace Loci.Models.Families;

/// <summary>
/// GPT-NeoX (Black et al. 2022; Pythia): attention and feed-forward read the same stream side by side, rotary positions
/// on the first part of each head, exact GELU, biases, an output of its own. Query, key and value are fused head by head.
/// </summary>
internal static class GptNeoX
{
    public static Family Family { get; } = new(Spec, Names);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"), heads = config.Size("num_attention_heads");
        int headSize = Shared.HeadSize(config, width, heads);
        return new()
        {
            Family = "gpt_neox",
            Layers = layers,
            Width = width,
            Cells = config.Size("intermediate_size"),
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("max_position_embeddings"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_eps", 1e-5),
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = headSize,
            AttentionScale = Shared.Every(layers, Shared.RootScale(headSize)),
            AttentionWindow = new int[layers],
            Rotary = RotaryConfig.Read(
                config, headSize, config.Section("rope_parameters")?.OptionalNumber("partial_rotary_factor") ?? config.OptionalNumber("rotary_pct") ?? 0.25,
                baseField: "rotary_emb_base"),
            Activation = config.Activation("hidden_act", "gelu"),
            Gated = false,
            ParallelResidual = config.Flag("use_parallel_residual", true),
            TiedOutput = config.Flag("tie_word_embeddings", false),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names(ModelConfig config)
    {
        bool attentionBias = config.Flag("attention_bias", true);
        return new()
        {
            Prefix = "gpt_neox.",
            Embedding = "embed_in",
            FinalNorm = "final_layer_norm",
            Output = "embed_out",
            AttentionNorm = "layers.{0}.input_layernorm",
            QueryKeyValue = ["layers.{0}.attention.query_key_value"],
            Layout = QueryKeyValueLayout.FusedByHead,
            AttentionOutput = "layers.{0}.attention.dense",
            FeedForwardNorm = "layers.{0}.post_attention_layernorm",
            Keys = "layers.{0}.mlp.dense_h_to_4h",
            Values = "layers.{0}.mlp.dense_4h_to_h",
            QueryKeyValueBias = attentionBias,
            AttentionOutputBias = attentionBias,
            FeedForwardBias = true,
            Ignored = [".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"],
        };
    }
}
