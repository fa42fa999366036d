namespace Loci.Models.Families;

/// <summary>Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases on queries, keys and values.</summary>
internal static class Qwen2
{
    public static Family Family { get; } = new(Spec, config => Llama.Names(config) with { QueryKeyValueBias = true });

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        return spec with { Family = "qwen2", AttentionWindow = Windows(config, spec.Layers) };
    }

    /// <summary>Layers from max_window_layers on slide, where use_sliding_window says so; layer_types goes first.</summary>
    public static IReadOnlyList<int> Windows(ModelConfig config, int layers)
    {
        if (!config.Flag("use_sliding_window", false)) return new int[layers];
        int window = config.Size("sliding_window");
        if (Shared.SlidingLayers(config, layers) is { } sliding) return [.. sliding.Select(s => s ? window : 0)];
        int from = config.OptionalSize("max_window_layers") ?? 28;
        return [.. Enumerable.Range(0, layers).Select(l => l >= from ? window : 0)];
    }
}
