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
        var spec = Llama.Spec(config, "hidden_activation", "gelu_pytorch_tanh");
        config.Require("use_bidirectional_attention", false, fallback: false);
        int headSize = config.OptionalSize("head_dim") ?? 256, window = config.OptionalSize("sliding_window") ?? 4096;
        var sliding = Shared.SlidingLayers(config, spec.Layers) ?? [.. Enumerable.Range(0, spec.Layers).Select(l => l % 2 == 0)];
        return spec with
        {
            Family = "gemma2",
            HeadSize = headSize,
            AttentionScale = Shared.Every(spec.Layers, (float)(1 / Math.Sqrt(config.Number("query_pre_attn_scalar", 256)))),
            AttentionWindow = [.. sliding.Select(s => s ? window : 0)],
            AttentionSoftCap = (float)Cap(config, "attn_logit_softcapping", 50),
            LogitSoftCap = (float)Cap(config, "final_logit_softcapping", 30),
            Rotary = RotaryConfig.Read(config, headSize, fraction: 1),
            SandwichNorms = true,
            EmbeddingScale = MathF.Sqrt(spec.Width),
            TiedOutput = config.Flag("tie_word_embeddings", true),
        };
    }

    // A cap that is not mentioned has its usual value; one that is null is off.
    private static double Cap(ModelConfig config, string name, double usual) =>
        config.OptionalNumber(name) ?? (config.Mentions(name) ? 0 : usual);

    private static TensorNames Names(ModelConfig config) => Llama.Names(config) with
    {
        PostAttentionNorm = "layers.{0}.post_attention_layernorm",
        FeedForwardNorm = "layers.{0}.pre_feedforward_layernorm",
        PostFeedForwardNorm = "layers.{0}.post_feedforward_layernorm",
        GainsAreOffsets = true,
    };
}
