namespace Loci.Models.Families;

/// <summary>
/// Gemma 2 (Gemma team 2024): each branch between two RMSNorms with gains 1 + w, GeGLU, scores and logits soft-capped,
/// every other layer with a sliding window, the embedding scaled by √d and tied to the output.
/// </summary>
internal static class Gemma2
{
    public static Family Family { get; } = new(Spec, Names);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        int headSize = config.OptionalSize("head_dim") ?? 256, window = config.OptionalSize("sliding_window") ?? 4096;
        var sliding = Shared.SlidingLayers(config, spec.Layers) ?? [.. Enumerable.Range(0, spec.Layers).Select(l => l % 2 == 0)];
        return spec with
        {
            Family = "gemma2",
            HeadSize = headSize,
            AttentionScale = Shared.Every(spec.Layers, (float)(1 / Math.Sqrt(config.Number("query_pre_attn_scalar", 256)))),
            AttentionWindow = [.. sliding.Select(s => s ? window : 0)],
            AttentionSoftCap = (float)config.Number("attn_logit_softcapping", 0),
            LogitSoftCap = (float)config.Number("final_logit_softcapping", 0),
            Rotary = RotaryConfig.Read(config, headSize, fraction: 1),
            Activation = config.Activation(config.Has("hidden_activation") ? "hidden_activation" : "hidden_act", "gelu_pytorch_tanh"),
            SandwichNorms = true,
            EmbeddingScale = MathF.Sqrt(spec.Width),
            TiedOutput = config.Flag("tie_word_embeddings", true),
        };
    }

    private static TensorNames Names(ModelConfig config) => Llama.Names(config) with
    {
        PostAttentionNorm = "layers.{0}.post_attention_layernorm",
        FeedForwardNorm = "layers.{0}.pre_feedforward_layernorm",
        PostFeedForwardNorm = "layers.{0}.post_feedforward_layernorm",
        GainsAreOffsets = true,
    };
}
