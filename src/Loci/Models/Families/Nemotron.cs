using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Nemotron 4 and Minitron (Parmar et al. 2024, Muralidharan et al. 2024): Llama with LayerNorms of gain 1 + w, squared
/// ReLU without gates, and rotary positions on half of each head.
/// </summary>
internal static class Nemotron
{
    public static Family Family { get; } = new(
        Spec, Llama.Names with { GateKeys = null, GainsAreOffsets = true }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config, usualActivation: "relu2", rotated: RotaryConfig.Fraction(config, 0.5));
        return spec with
        {
            Family = "nemotron", Norm = NormKind.LayerNorm, NormEpsilon = (float)config.Number("norm_eps", 1e-5),
            Blocks = [.. spec.Blocks.Select(block => block with { Cells = block.Cells with { Gated = false } })],
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("NemotronForCausalLM");
        config.Remove("rms_norm_eps");
        config["norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon);
        config["partial_rotary_factor"] = (double)(softmax.Rotary?.Size ?? 0) / softmax.HeadSize;
        return config;
    }
}
