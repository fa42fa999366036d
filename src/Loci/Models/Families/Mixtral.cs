using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// Mixtral (Jiang et al. 2024, arXiv 2401.04088): Mistral with experts; the weights of the chosen sum to one.
/// </summary>
internal static class Mixtral
{
    private const double UsualBase = 1_000_000;

    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        Experts = new()
        {
            Router = "layers.{0}.block_sparse_moe.gate",
            GateKeys = "layers.{0}.block_sparse_moe.experts.{1}.w1",
            Keys = "layers.{0}.block_sparse_moe.experts.{1}.w3",
            Values = "layers.{0}.block_sparse_moe.experts.{1}.w2",
        },
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int window = config.OptionalSize("sliding_window") ?? 0;
        bool says = config.Has("rope_theta") || config.Section("rope_parameters")?.Has("rope_theta") == true;
        var spec = Llama.Spec(config).WithSoftmax((softmax, _) => softmax with
        {
            Window = window,
            Rotary = says ? softmax.Rotary : RotaryConfig.Of(
                config, config.Section("rope_scaling") ?? config.Section("rope_parameters"), UsualBase,
                softmax.HeadSize),
        });
        return ExpertConfig.WithExperts(
            config, spec with { NormEpsilon = (float)config.Number("rms_norm_eps", 1e-5) },
            spec.Blocks[0].Cells.Count, "num_local_experts", 8, 2, renormalised: true) with { Family = "mixtral" };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var (experts, size) = ExpertConfig.Of(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("MixtralForCausalLM");
        config["intermediate_size"] = size;
        config["num_local_experts"] = experts.Count;
        config["num_experts_per_tok"] = experts.Chosen;
        config["sliding_window"] = FamilyReadings.Window(spec);
        return config;
    }
}
