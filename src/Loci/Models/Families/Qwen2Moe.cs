using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// Qwen 1.5 and 2 MoE (Qwen team 2024): Qwen 2 with experts, and a shared one that counts as a gate of its own says.
/// </summary>
internal static class Qwen2Moe
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        Experts = Olmoe.Experts with
        {
            SharedGate = "layers.{0}.mlp.shared_expert_gate",
            SharedGateKeys = "layers.{0}.mlp.shared_expert.gate_proj",
            SharedKeys = "layers.{0}.mlp.shared_expert.up_proj",
            SharedValues = "layers.{0}.mlp.shared_expert.down_proj",
        },
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        var windows = Qwen2.Windows(config, spec.Layers);
        bool biases = config.Flag("qkv_bias", true);
        spec = spec.WithSoftmax((softmax, l) => softmax with
        {
            Window = windows[l], QueryKeyValueBias = biases, OutputBias = false,
        });
        return ExpertConfig.WithExperts(
            config, spec, config.OptionalSize("moe_intermediate_size") ?? 1408, "num_experts", 60, 4,
            config.Flag("norm_topk_prob", false), config.OptionalSize("shared_expert_intermediate_size") ?? 5632,
            ExpertConfig.DenseLayers(config)) with { Family = "qwen2_moe" };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Qwen2MoeForCausalLM");
        foreach (string name in (string[])["attention_bias", "mlp_bias"]) config.Remove(name);
        config["qkv_bias"] = ConfigWriter.Softmax(spec).QueryKeyValueBias;
        Qwen2.WriteWindows(config, spec);
        ExpertConfig.Write(config, spec);
        config["shared_expert_intermediate_size"] = ExpertConfig.Of(spec).Experts.SharedCells;
        return config;
    }
}
