using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// An architecture family: what turns its config into a spec and back, and what it calls its tensors.
/// </summary>
/// <param name="Spec">Reads the config.</param>
/// <param name="Names">The names of its tensors.</param>
/// <param name="Config">
/// Writes the fields of a config that are the family's own; <see cref="ConfigWriter"/> adds what all have, and checks
/// that it reads back as the same spec.
/// </param>
internal sealed record Family(Func<ModelConfig, ModelSpec> Spec, TensorNames Names, Func<ModelSpec, JsonObject> Config)
{
    private static readonly Dictionary<string, Family> s_families = new()
    {
        ["gpt2"] = Gpt2.Family,
        ["opt"] = Opt.Family,
        ["gpt_neox"] = GptNeoX.Family,
        ["llama"] = Llama.Family,
        ["mistral"] = Mistral.Family,
        ["qwen2"] = Qwen2.Family,
        ["qwen3"] = Qwen3.Family,
        ["gemma"] = Gemma.Family,
        ["gemma2"] = Gemma2.Family,
        [Gemma3.Name] = Gemma3.Family,
        ["gpt_neo"] = GptNeo.Family,
        ["gpt_bigcode"] = GptBigCode.Family,
        ["smollm3"] = SmolLm3.Family,
        ["stablelm"] = StableLm.Family,
        ["starcoder2"] = Starcoder2.Family,
        ["falcon"] = Falcon.Family,
        ["gptj"] = GptJ.Family,
        ["phi"] = Phi.Family,
        ["phi3"] = Phi3.Family,
        ["olmo"] = Olmo.Family,
        ["olmo2"] = Olmo2.Family,
        ["olmo3"] = Olmo3.Family,
        ["bloom"] = Bloom.Family,
        ["granite"] = Granite.Family,
        ["cohere2"] = Cohere2.Family,
        ["nemotron"] = Nemotron.Family,
        ["glm4"] = Glm4.Family,
        ["mpt"] = Mpt.Family,
        ["olmoe"] = Olmoe.Family,
        ["qwen2_moe"] = Qwen2Moe.Family,
        ["qwen3_moe"] = Qwen3Moe.Family,
        ["granitemoe"] = GraniteMoe.Family,
        ["mixtral"] = Mixtral.Family,
        [LociFamily.Name] = LociFamily.Family,
        ["delta_net"] = DeltaNet.Family,
        ["gated_deltanet"] = GatedDeltaNet.Family,
    };

    /// <summary>The names Loci knows, for people.</summary>
    public static IEnumerable<string> Known => s_families.Keys;

    /// <summary>The family of a name, or null.</summary>
    public static Family? Named(string name) => s_families.GetValueOrDefault(name);

    /// <summary>The family a config names.</summary>
    public static Family Of(ModelConfig config)
    {
        if (config.Has("quantization_config"))
            throw new UnsupportedException($"{config.Path}: quantised checkpoints are not read; use the float one.");
        string type = config.Text("model_type") ?? throw config.Missing("model_type");
        if (!s_families.TryGetValue(type, out var family))
            throw new UnsupportedException(
                $"{config.Path}: model_type «{type}» is not one of {string.Join(", ", Known)}.");
        PositionSettings.RequireUnderstood(config, type);
        return family;
    }
}
