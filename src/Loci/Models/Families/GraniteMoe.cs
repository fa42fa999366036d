using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// Granite 3 MoE (IBM 2024): Granite with experts whose tensors are stacked; the weights of the chosen sum to one.
/// </summary>
internal static class GraniteMoe
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        Experts = new()
        {
            Router = "layers.{0}.block_sparse_moe.router.layer",
            GateKeys = "layers.{0}.block_sparse_moe.input_linear",
            Keys = "layers.{0}.block_sparse_moe.input_linear",
            Values = "layers.{0}.block_sparse_moe.output_linear",
            Stacked = true,
        },
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Granite.Spec(config);
        return ExpertConfig.WithExperts(
            config, spec, spec.Blocks[0].Cells.Count, "num_local_experts", 8, 2, renormalised: true) with
            {
                Family = "granitemoe",
            };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var (experts, size) = ExpertConfig.Of(spec);
        var config = Granite.Config(spec);
        config["architectures"] = new JsonArray("GraniteMoeForCausalLM");
        config["intermediate_size"] = size;
        config["num_local_experts"] = experts.Count;
        config["num_experts_per_tok"] = experts.Chosen;
        return config;
    }
}
