namespace Loci.Models.Families;

/// <summary>Qwen 3 (Yang et al. 2025): Llama whose heads RMS-norm their queries and keys before the rotation.</summary>
internal static class Qwen3
{
    public static Family Family { get; } = new(Spec, config => Llama.Names(config) with
    {
        QueryNorm = "layers.{0}.self_attn.q_norm",
        KeyNorm = "layers.{0}.self_attn.k_norm",
    });

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        int headSize = config.OptionalSize("head_dim") ?? 128;
        return spec with
        {
            Family = "qwen3",
            HeadSize = headSize,
            AttentionScale = Shared.Every(spec.Layers, Shared.RootScale(headSize)),
            Rotary = RotaryConfig.Read(config, headSize, fraction: 1),
            AttentionWindow = Qwen2.Windows(config, spec.Layers),
            QueryKeyNorms = true,
        };
    }
}
