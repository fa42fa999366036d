using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// OLMoE (Muennighoff et al. 2024): Llama with norms over all queries and all keys, and experts whose weights are
/// those of a softmax over all. Clipped queries, keys and values are refused.
/// </summary>
internal static class Olmoe
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        QueryNorm = "layers.{0}.self_attn.q_norm",
        KeyNorm = "layers.{0}.self_attn.k_norm",
        Experts = Experts,
    }, Config);

    /// <summary>The names of Qwen's experts, too.</summary>
    public static ExpertNames Experts => new()
    {
        Router = "layers.{0}.mlp.gate",
        GateKeys = "layers.{0}.mlp.experts.{1}.gate_proj",
        Keys = "layers.{0}.mlp.experts.{1}.up_proj",
        Values = "layers.{0}.mlp.experts.{1}.down_proj",
    };

    private static ModelSpec Spec(ModelConfig config)
    {
        if (config.Has("clip_qkv")) throw new UnsupportedException($"{config.Path}: clip_qkv is not implemented.");
        var spec = Llama.Spec(config)
            .WithSoftmax((softmax, _) => softmax with { QueryKeyNorms = true, WholeQueryKeyNorms = true });
        return ExpertConfig.WithExperts(
            config, spec, spec.Blocks[0].Cells.Count, "num_experts", 64, 8, config.Flag("norm_topk_prob", false)) with
            {
                Family = "olmoe", NormEpsilon = (float)config.Number("rms_norm_eps", 1e-5),
            };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var (experts, size) = ExpertConfig.Of(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("OlmoeForCausalLM");
        config["intermediate_size"] = size;
        config["num_experts"] = experts.Count;
        config["num_experts_per_tok"] = experts.Chosen;
        config["norm_topk_prob"] = experts.Renormalised;
        config["clip_qkv"] = null;
        return config;
    }
}
