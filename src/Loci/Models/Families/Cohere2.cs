using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Command R7B (Cohere 2024): attention and cells side by side behind one LayerNorm without bias; three of four layers
/// see a window and turn neighbouring pairs, the fourth sees all and is told no positions; a factor on the logits.
/// </summary>
internal static class Cohere2
{
    private const int UsualWindow = 4096, UsualPattern = 4;

    public static Family Family { get; } = new(
        Spec, Llama.Names with { FeedForwardNorm = "layers.{0}.input_layernorm" }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        config.Require("use_qk_norm", false, fallback: false);
        var spec = Llama.Spec(config);
        int window = config.OptionalSize("sliding_window") ?? UsualWindow,
            pattern = config.OptionalSize("sliding_window_pattern") ?? UsualPattern;
        var sliding = FamilyReadings.SlidingLayers(config, spec.Layers)
            ?? [.. Enumerable.Range(0, spec.Layers).Select(l => (l + 1) % pattern != 0)];
        spec = spec.WithSoftmax((softmax, l) => softmax with
        {
            Window = sliding[l] ? window : 0,
            Rotary = sliding[l] ? softmax.Rotary! with { Interleaved = true } : null,
        });
        return spec with
        {
            Family = "cohere2", Norm = NormKind.LayerNorm, NormBias = false,
            NormEpsilon = (float)config.Number("layer_norm_eps", 1e-5),
            Blocks = [.. spec.Blocks.Select(block => block with { Parallel = true })],
            Head = new(
                config.Flag("tie_word_embeddings", true), Scale: (float)config.Number("logit_scale", 0.0625)),
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Cohere2ForCausalLM");
        foreach (string name in (string[])["rms_norm_eps", "mlp_bias"]) config.Remove(name);
        if (spec.Blocks.Select(block => ((SoftmaxSpec)block.Mixer).Rotary).FirstOrDefault(r => r is not null)
            is { } turned) RotaryConfig.Write(config, turned);
        config["layer_norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon);
        config["logit_scale"] = ConfigWriter.Shortest(spec.Head.Scale);
        config["sliding_window"] = FamilyReadings.Window(spec);
        config["layer_types"] = FamilyReadings.LayerTypes(spec);
        return config;
    }
}
