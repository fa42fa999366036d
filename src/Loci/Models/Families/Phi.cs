using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Phi 1, 1.5 and 2 (Gunasekar et al. 2023, Li et al. 2023): attention and cells side by side behind one LayerNorm,
/// biases everywhere, the output's included, rotary positions on a part of each head. Norms of queries and keys are
/// refused.
/// </summary>
internal static class Phi
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        FinalNorm = "final_layernorm",
        AttentionOutput = "layers.{0}.self_attn.dense",
        FeedForwardNorm = "layers.{0}.input_layernorm",
        Keys = "layers.{0}.mlp.fc1",
        GateKeys = null,
        Values = "layers.{0}.mlp.fc2",
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        config.Require("qk_layernorm", false, fallback: false);
        var spec = Llama.Spec(config, usualActivation: "gelu_new", rotated: RotaryConfig.Fraction(config, 0.5));
        var cells = spec.Blocks[0].Cells with { Gated = false, KeyBias = true, ValueBias = true };
        spec = spec.WithSoftmax((softmax, _) => softmax with { QueryKeyValueBias = true, OutputBias = true });
        return spec with
        {
            Family = "phi", Norm = NormKind.LayerNorm, NormEpsilon = (float)config.Number("layer_norm_eps", 1e-5),
            Blocks = [.. spec.Blocks.Select(block => block with { Cells = cells, Parallel = true })],
            Head = new(config.Flag("tie_word_embeddings", false), Bias: true),
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("PhiForCausalLM");
        foreach (string name in (string[])["rms_norm_eps", "attention_bias", "mlp_bias", "head_dim"])
            config.Remove(name);
        config["layer_norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon);
        config["partial_rotary_factor"] = (double)(softmax.Rotary?.Size ?? 0) / softmax.HeadSize;
        config["qk_layernorm"] = false;
        return config;
    }
}
