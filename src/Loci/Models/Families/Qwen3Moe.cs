using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>Qwen 3 MoE (Yang et al. 2025): Qwen 3 with experts.</summary>
internal static class Qwen3Moe
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        QueryNorm = "layers.{0}.self_attn.q_norm",
        KeyNorm = "layers.{0}.self_attn.k_norm",
        Experts = Olmoe.Experts,
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        var windows = Qwen2.Windows(config, spec.Layers);
        spec = spec.WithSoftmax((softmax, l) => softmax with { Window = windows[l], QueryKeyNorms = true });
        return ExpertConfig.WithExperts(
            config, spec, config.OptionalSize("moe_intermediate_size") ?? 768, "num_experts", 128, 8,
            config.Flag("norm_topk_prob", false), isDense: ExpertConfig.DenseLayers(config)) with
            {
                Family = "qwen3_moe",
            };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Qwen3MoeForCausalLM");
        config.Remove("mlp_bias");
        Qwen2.WriteWindows(config, spec);
        ExpertConfig.Write(config, spec);
        return config;
    }
}
