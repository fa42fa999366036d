using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>Readings that several families share.</summary>
internal static class FamilyReadings
{
    /// <summary>Width / heads, where the config names no head size.</summary>
    public static int HeadSize(ModelConfig config, int width, int heads) =>
        width % heads == 0
            ? width / heads
            : throw config.Wrong($"the width {width} is not a multiple of the {heads} heads");

    /// <summary>1/√(head size), the usual factor on q·k.</summary>
    public static float RootScale(int headSize) => (float)(1 / Math.Sqrt(headSize));

    /// <summary>The same block in every layer.</summary>
    public static BlockSpec[] Every(int layers, BlockSpec block) => [.. Enumerable.Repeat(block, layers)];

    /// <summary>Writes which layers have a window, as <see cref="SlidingLayers"/> reads it.</summary>
    public static JsonArray LayerTypes(ModelSpec spec) =>
    [
        .. spec.Blocks.Select(block => (JsonNode)(
            block.Mixer is SoftmaxSpec { Window: > 0 } ? "sliding_attention" : "full_attention")),
    ];

    /// <summary>The window of the layers that have one, or null.</summary>
    public static int? Window(ModelSpec spec) =>
        spec.Blocks.Max(block => (block.Mixer as SoftmaxSpec)?.Window ?? 0) is > 0 and var window ? window : null;

    /// <summary>Which layers slide, by the config's layer_types, or null where it has none.</summary>
    public static IReadOnlyList<bool>? SlidingLayers(ModelConfig config, int layers)
    {
        if (config.Texts("layer_types") is not { } types) return null;
        if (types.Count != layers) throw config.Wrong($"layer_types names {types.Count} layers of {layers}");
        return [.. types.Select(type => type switch
        {
            "sliding_attention" => true,
            "full_attention" => false,
            _ => throw new UnsupportedException($"{config.Path}: layer type «{type}» is not implemented."),
        })];
    }
}
