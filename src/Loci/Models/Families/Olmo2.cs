using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// OLMo 2 (OLMo team 2025): attention and cells read the stream as it is and are RMS-normed on their way back to it;
/// norms of queries and keys run over all heads at once.
/// </summary>
internal static class Olmo2
{
    public static Family Family { get; } = new(Spec, Names, Config);

    public static TensorNames Names => Llama.Names with
    {
        QueryNorm = "layers.{0}.self_attn.q_norm",
        KeyNorm = "layers.{0}.self_attn.k_norm",
        PostAttentionNorm = "layers.{0}.post_attention_layernorm",
        PostFeedForwardNorm = "layers.{0}.post_feedforward_layernorm",
    };

    public static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config)
            .WithSoftmax((softmax, _) => softmax with { QueryKeyNorms = true, WholeQueryKeyNorms = true });
        return spec with
        {
            Family = "olmo2", NormEpsilon = (float)config.Number("rms_norm_eps", 1e-5),
            Blocks = [.. spec.Blocks.Select(block => block with { InputNorms = false, SandwichNorms = true })],
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Olmo2ForCausalLM");
        return config;
    }
}
