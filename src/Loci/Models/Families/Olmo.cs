using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// OLMo (Groeneveld et al. 2024): Llama with LayerNorms that have neither gain nor bias. Clipped queries, keys and
/// values are refused.
/// </summary>
internal static class Olmo
{
    public static Family Family { get; } = new(Spec, Llama.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        if (config.Has("clip_qkv"))
            throw new UnsupportedException($"{config.Path}: clip_qkv is not implemented.");
        return Llama.Spec(config) with
        {
            Family = "olmo", Norm = NormKind.LayerNorm, NormEpsilon = 1e-5f, NormBias = false, NormGain = false,
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("OlmoForCausalLM");
        config.Remove("rms_norm_eps");
        config["clip_qkv"] = null;
        return config;
    }
}
