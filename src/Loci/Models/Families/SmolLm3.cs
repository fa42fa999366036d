using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// SmolLM 3 (Bakouch et al. 2025): Llama in which every fourth layer is told no positions at all.
/// </summary>
internal static class SmolLm3
{
    private const int UsualInterval = 4;

    public static Family Family { get; } = new(Spec, Llama.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        config.Require("use_sliding_window", false, fallback: false);
        var spec = Llama.Spec(config);
        int interval = config.OptionalSize("no_rope_layer_interval") ?? UsualInterval;
        IReadOnlyList<double> turns = config.Has("no_rope_layers") // 1: the layer does turn
            ? config.Numbers("no_rope_layers")
            : [.. Enumerable.Range(0, spec.Layers).Select(l => (l + 1) % interval == 0 ? 0.0 : 1.0)];
        if (turns.Count != spec.Layers || turns.Any(turn => turn is not (0 or 1)))
            throw config.Wrong($"no_rope_layers is to hold a 0 or a 1 for each of {spec.Layers} layers");
        return spec.WithSoftmax((softmax, l) => turns[l] == 0 ? softmax with { Rotary = null } : softmax) with
        {
            Family = "smollm3", Head = new(config.Flag("tie_word_embeddings", true)),
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var mixers = spec.Blocks.Select(block => (SoftmaxSpec)block.Mixer).ToArray();
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("SmolLM3ForCausalLM");
        if (mixers.Select(mixer => mixer.Rotary).FirstOrDefault(rotary => rotary is not null) is { } turned)
        {
            config.Remove("rope_theta");
            RotaryConfig.Write(config, turned);
        }
        config["no_rope_layers"] = new JsonArray([.. mixers.Select(mixer => (JsonNode)(mixer.Rotary is null ? 0 : 1))]);
        config["use_sliding_window"] = false;
        return config;
    }
}
