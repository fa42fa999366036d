using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// StarCoder 2 (Lozhkov et al. 2024): LayerNorm and biases in Llama's layout, grouped-query attention over a window,
/// cells without gates, tanh GELU.
/// </summary>
internal static class Starcoder2
{
    public static Family Family { get; } = new(Spec, Llama.Names with
    {
        Keys = "layers.{0}.mlp.c_fc", GateKeys = null, Values = "layers.{0}.mlp.c_proj",
    }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config, usualActivation: "gelu_pytorch_tanh");
        bool biases = config.Flag("use_bias", true);
        int window = config.OptionalSize("sliding_window") ?? 0;
        var cells = spec.Blocks[0].Cells with { Gated = false, KeyBias = biases, ValueBias = biases };
        spec = spec.WithSoftmax((softmax, _) => softmax with
        {
            Window = window, QueryKeyValueBias = biases, OutputBias = biases,
            KeyValueHeads = config.OptionalSize("num_key_value_heads") ?? 2,
        });
        return spec with
        {
            Family = "starcoder2", Norm = NormKind.LayerNorm, NormEpsilon = (float)config.Number("norm_epsilon", 1e-5),
            Blocks = [.. spec.Blocks.Select(block => block with { Cells = cells })],
            Head = new(config.Flag("tie_word_embeddings", true)),
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var softmax = ConfigWriter.Softmax(spec);
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("Starcoder2ForCausalLM");
        foreach (string name in (string[])["rms_norm_eps", "attention_bias", "mlp_bias", "head_dim"])
            config.Remove(name);
        config["norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon);
        config["use_bias"] = softmax.OutputBias;
        config["sliding_window"] = softmax.Window > 0 ? softmax.Window : null;
        return config;
    }
}
