namespace Loci.Models.Families;

/// <summary>Mistral (Jiang et al. 2023): Llama whose attention sees a sliding window in every layer: 4096 where none is mentioned, all where it is null.</summary>
internal static class Mistral
{
    public static Family Family { get; } = new(Spec, Llama.Names);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        return spec with
        {
            Family = "mistral",
            AttentionWindow = Shared.Every(spec.Layers, config.OptionalSize("sliding_window") ?? (config.Mentions("sliding_window") ? 0 : 4096)),
        };
    }
}
