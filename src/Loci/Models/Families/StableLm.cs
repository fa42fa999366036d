using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// StableLM (Bellagente et al. 2024): Llama's layout with LayerNorm, rotary positions on a quarter of each head, and in
/// the 12B model attention and cells side by side behind one norm. Norms of queries and keys are refused.
/// </summary>
internal static class StableLm
{
    public static Family Family { get; } = new(Spec, Llama.Names with { ParallelSharesNorm = true }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        config.Require("qk_layernorm", false, fallback: false);
        var spec = Llama.Spec(config, rotated: RotaryConfig.Fraction(config, 0.25));
        bool parallel = config.Flag("use_parallel_residual", false), biases = config.Flag("use_qkv_bias", false);
        spec = spec.WithSoftmax((softmax, _) => softmax with { QueryKeyValueBias = biases, OutputBias = false });
        return spec with
        {
            Family = "stablelm", Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_eps", 1e-5),
            Blocks = [.. spec.Blocks.Select(block => block with { Parallel = parallel })],
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("StableLmForCausalLM");
        foreach (string name in (string[])["rms_norm_eps", "attention_bias", "mlp_bias", "head_dim"])
            config.Remove(name);
        config["layer_norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon);
        config["use_qkv_bias"] = softmax.QueryKeyValueBias;
        config["qk_layernorm"] = false;
        config["use_parallel_residual"] = spec.Blocks[0].Parallel;
        config["partial_rotary_factor"] = (double)(softmax.Rotary?.Size ?? 0) / softmax.HeadSize;
        return config;
    }
}
