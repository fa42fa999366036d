using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Gemma 2 (Gemma team 2024): each branch between two RMSNorms with gains 1 + w, GeGLU, scores and logits soft-capped,
/// every other layer with a sliding window, the embedding scaled by √d and tied to the output.
/// </summary>
internal static class Gemma2
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config) =>
        Spec(config, RotaryConfig.Read(config, config.OptionalSize("head_dim") ?? 256, fraction: 1), (50, 30));

    /// <summary>The spec, for a family with other positions and caps.</summary>
    public static ModelSpec Spec(ModelConfig config, RotarySpec rotary, (double Scores, double Logits) usualCap)
    {
        var spec = Llama.Spec(config, "hidden_activation", "gelu_pytorch_tanh");
        config.Require("use_bidirectional_attention", false, fallback: false);
        int headSize = config.OptionalSize("head_dim") ?? 256, window = config.OptionalSize("sliding_window") ?? 4096;
        var sliding = FamilyReadings.SlidingLayers(config, spec.Layers)
            ?? [.. Enumerable.Range(0, spec.Layers).Select(l => l % 2 == 0)];
        float scale = (float)(1 / Math.Sqrt(config.Number("query_pre_attn_scalar", 256)));
        float softCap = (float)Cap(config, "attn_logit_softcapping", usualCap.Scores);
        spec = spec.WithSoftmax((softmax, l) => softmax with
        {
            HeadSize = headSize, Scale = scale, Window = sliding[l] ? window : 0, SoftCap = softCap, Rotary = rotary,
        });
        return spec with
        {
            Family = "gemma2",
            Blocks = [.. spec.Blocks.Select(block => block with { SandwichNorms = true })],
            Head = new(
                config.Flag("tie_word_embeddings", true),
                (float)Cap(config, "final_logit_softcapping", usualCap.Logits)),
            EmbeddingScale = MathF.Sqrt(spec.Width),
        };
    }

    // A cap that is not mentioned has its usual value; one that is null is off.
    private static double Cap(ModelConfig config, string name, double usual) =>
        config.OptionalNumber(name) ?? (config.Mentions(name) ? 0 : usual);

    public static TensorNames Names => Llama.Names with
    {
        PostAttentionNorm = "layers.{0}.post_attention_layernorm",
        FeedForwardNorm = "layers.{0}.pre_feedforward_layernorm",
        PostFeedForwardNorm = "layers.{0}.post_feedforward_layernorm",
        GainsAreOffsets = true,
    };

    public static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        bool[] sliding = [.. spec.Blocks.Select(block => ((SoftmaxSpec)block.Mixer).Window > 0)];
        config["architectures"] = new JsonArray("Gemma2ForCausalLM");
        config.Remove("hidden_act");
        config["hidden_activation"] = ConfigWriter.Name(spec.Blocks[0].Cells.Activation);
        config["query_pre_attn_scalar"] = Math.Round(1 / ((double)softmax.Scale * softmax.Scale), 3);
        config["attn_logit_softcapping"] = softmax.SoftCap > 0 ? ConfigWriter.Shortest(softmax.SoftCap) : null;
        config["final_logit_softcapping"] = spec.Head.SoftCap > 0 ? ConfigWriter.Shortest(spec.Head.SoftCap) : null;
        config["sliding_window"] = spec.Blocks.Max(block => ((SoftmaxSpec)block.Mixer).Window) is > 0 and var window
            ? window
            : null;
        config["layer_types"] = new JsonArray(
            [.. sliding.Select(s => (JsonNode)(s ? "sliding_attention" : "full_attention"))]);
        return config;
    }
}
