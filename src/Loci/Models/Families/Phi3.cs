using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// Phi 3, 3.5 and 4 (Abdin et al. 2024): Llama with queries, keys and values in one tensor and both kinds of keys of
/// the cells in another; long texts by longrope, of which the table for texts within the original context is read.
/// </summary>
internal static class Phi3
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        QueryKeyValue = ["layers.{0}.self_attn.qkv_proj"],
        Layout = QueryKeyValueLayout.Fused,
        Keys = "layers.{0}.mlp.gate_up_proj",
        GateKeys = "layers.{0}.mlp.gate_up_proj",
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int window = config.OptionalSize("sliding_window") ?? 0;
        return Llama.Spec(config, rotated: RotaryConfig.Fraction(config, 1))
            .WithSoftmax((softmax, _) => softmax with { Window = window }) with
            {
                Family = "phi3", NormEpsilon = (float)config.Number("rms_norm_eps", 1e-5),
            };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Phi3ForCausalLM");
        config["sliding_window"] = FamilyReadings.Window(spec);
        config["partial_rotary_factor"] = (double)(softmax.Rotary?.Size ?? 0) / softmax.HeadSize;
        if (softmax.Rotary?.Origin is { StatedContext: not null, OriginalContext: var original })
            config["original_max_position_embeddings"] = (int)original;
        return config;
    }
}
