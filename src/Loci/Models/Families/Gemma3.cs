using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Gemma 3, the text models (Gemma team 2025): Gemma 2 without caps, its heads RMS-norming queries and keys with gains
/// 1 + w; most layers see a window and turn by a base of their own, every sixth sees all.
/// </summary>
internal static class Gemma3
{
    public const string Name = "gemma3_text";

    private const int UsualPattern = 6;
    private const double FullBase = 1_000_000, LocalBase = 10_000;

    public static Family Family { get; } = new(Spec, Gemma2.Names with
    {
        QueryNorm = "layers.{0}.self_attn.q_norm",
        KeyNorm = "layers.{0}.self_attn.k_norm",
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int headSize = config.OptionalSize("head_dim") ?? 256, window = config.OptionalSize("sliding_window") ?? 4096;
        var (full, local) = Positions(config, headSize);
        var spec = Gemma2.Spec(config, full, (0, 0));
        int pattern = config.OptionalSize("sliding_window_pattern") ?? config.OptionalSize("_sliding_window_pattern")
            ?? UsualPattern;
        var sliding = FamilyReadings.SlidingLayers(config, spec.Layers)
            ?? [.. Enumerable.Range(0, spec.Layers).Select(l => (l + 1) % pattern != 0)];
        return spec.WithSoftmax((softmax, l) => softmax with
        {
            Window = sliding[l] ? window : 0, Rotary = sliding[l] ? local : full, QueryKeyNorms = true,
        }) with { Family = Name };
    }

    // Of layers that see all, and of those with a window. rope_parameters holds both since transformers 5.
    private static (RotarySpec Full, RotarySpec Local) Positions(ModelConfig config, int headSize)
    {
        if (config.Section("rope_parameters") is { } parameters)
        {
            if (parameters.Section("full_attention") is not { } full)
                throw parameters.Missing("full_attention");
            if (parameters.Section("sliding_attention") is not { } local)
                throw parameters.Missing("sliding_attention");
            return (RotaryConfig.Of(full, full, full.Number("rope_theta", FullBase), headSize),
                RotaryConfig.Of(local, local, local.Number("rope_theta", LocalBase), headSize));
        }
        return (
            RotaryConfig.Of(config, config.Section("rope_scaling"), config.Number("rope_theta", FullBase), headSize),
            RotaryConfig.Of(config, null, config.Number("rope_local_base_freq", LocalBase), headSize));
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Gemma2.Config(spec);
        config["architectures"] = new JsonArray("Gemma3ForCausalLM");
        var mixers = spec.Blocks.Select(block => (SoftmaxSpec)block.Mixer).ToArray();
        config.Remove("rope_theta");
        config.Remove("rope_scaling");
        if (mixers.FirstOrDefault(mixer => mixer.Window == 0)?.Rotary is { } full) RotaryConfig.Write(config, full);
        if (mixers.FirstOrDefault(mixer => mixer.Window > 0)?.Rotary is { } local)
            config["rope_local_base_freq"] = local.Origin?.Base;
        return config;
    }
}
