using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases on queries, keys and values.</summary>
internal static class Qwen2
{
    public static Family Family { get; } = new(Spec, Llama.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config);
        var windows = Windows(config, spec.Layers);
        return spec.WithSoftmax(
            (softmax, l) => softmax with { Window = windows[l], QueryKeyValueBias = true }) with { Family = "qwen2" };
    }

    /// <summary>
    /// Layers from max_window_layers on slide, where use_sliding_window says so; layer_types goes first.
    /// </summary>
    public static IReadOnlyList<int> Windows(ModelConfig config, int layers)
    {
        if (!config.Flag("use_sliding_window", false)) return new int[layers];
        int window = config.Size("sliding_window");
        if (FamilyReadings.SlidingLayers(config, layers) is { } sliding)
            return [.. sliding.Select(s => s ? window : 0)];
        int from = config.OptionalSize("max_window_layers") ?? 28;
        return [.. Enumerable.Range(0, layers).Select(l => l >= from ? window : 0)];
    }

    /// <summary>Writes what <see cref="Windows"/> reads.</summary>
    public static void WriteWindows(JsonObject config, ModelSpec spec)
    {
        int[] windows = [.. spec.Blocks.Select(block => ((SoftmaxSpec)block.Mixer).Window)];
        config["use_sliding_window"] = windows.Any(window => window > 0);
        if (windows.All(window => window == 0)) return;
        config["sliding_window"] = windows.Max();
        config["layer_types"] = new JsonArray(
            [.. windows.Select(window => (JsonNode)(window > 0 ? "sliding_attention" : "full_attention"))]);
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Qwen2ForCausalLM");
        WriteWindows(config, spec);
        return config;
    }
}
