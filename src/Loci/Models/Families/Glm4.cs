using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// GLM 4 (GLM team 2024; the 0414 models): each branch between two RMSNorms, biases on queries, keys and values, rotary
/// positions on neighbouring pairs of half of each head, both kinds of keys of the cells in one tensor.
/// </summary>
internal static class Glm4
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        PostAttentionNorm = "layers.{0}.post_self_attn_layernorm",
        PostFeedForwardNorm = "layers.{0}.post_mlp_layernorm",
        Keys = "layers.{0}.mlp.gate_up_proj",
        GateKeys = "layers.{0}.mlp.gate_up_proj",
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config, rotated: RotaryConfig.Fraction(config, 0.5));
        bool biases = config.Flag("attention_bias", true);
        spec = spec.WithSoftmax((softmax, _) => softmax with
        {
            Rotary = softmax.Rotary! with { Interleaved = true }, QueryKeyValueBias = biases, OutputBias = false,
        });
        return spec with
        {
            Family = "glm4", NormEpsilon = (float)config.Number("rms_norm_eps", 1.5625e-7),
            Blocks = [.. spec.Blocks.Select(block => block with { SandwichNorms = true })],
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Glm4ForCausalLM");
        config.Remove("mlp_bias");
        config["attention_bias"] = softmax.QueryKeyValueBias;
        config["partial_rotary_factor"] = (double)(softmax.Rotary?.Size ?? 0) / softmax.HeadSize;
        return config;
    }
}
