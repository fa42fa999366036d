using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>Qwen 3 (Yang et al. 2025): Llama whose heads RMS-norm their queries and keys before the rotation.</summary>
internal static class Qwen3
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        QueryNorm = "layers.{0}.self_attn.q_norm",
        KeyNorm = "layers.{0}.self_attn.k_norm",
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        int headSize = config.OptionalSize("head_dim") ?? 128;
        var rotary = RotaryConfig.Read(config, headSize, fraction: 1);
        var windows = Qwen2.Windows(config, spec.Layers);
        return spec.WithSoftmax((softmax, l) => softmax with
        {
            HeadSize = headSize, Scale = FamilyReadings.RootScale(headSize), Rotary = rotary, Window = windows[l],
                QueryKeyNorms = true,
        }) with { Family = "qwen3" };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Qwen3ForCausalLM");
        Qwen2.WriteWindows(config, spec);
        return config;
    }
}
