using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// OLMo 3 (OLMo team 2025): OLMo 2 with a window in three of four layers; the rotary scaling is that of the layers that
/// see all.
/// </summary>
internal static class Olmo3
{
    private const int UsualWindow = 4096, UsualPattern = 4;

    public static Family Family { get; } = new(Spec, Olmo2.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Olmo2.Spec(config);
        int window = config.OptionalSize("sliding_window") ?? UsualWindow;
        var sliding = FamilyReadings.SlidingLayers(config, spec.Layers)
            ?? [.. Enumerable.Range(0, spec.Layers).Select(l => (l + 1) % UsualPattern != 0)];
        var local = RotaryConfig.Of(config, null, RotaryConfig.Base(config), ConfigWriter.Softmax(spec).HeadSize);
        return spec.WithSoftmax((softmax, l) =>
            sliding[l] ? softmax with { Window = window, Rotary = local } : softmax) with { Family = "olmo3" };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Olmo3ForCausalLM");
        if (spec.Blocks.Select(block => (SoftmaxSpec)block.Mixer).FirstOrDefault(mixer => mixer.Window == 0)
            is { Rotary: { } full }) RotaryConfig.Write(config, full);
        config["sliding_window"] = FamilyReadings.Window(spec);
        config["layer_types"] = FamilyReadings.LayerTypes(spec);
        return config;
    }
}
