using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// GPT-BigCode (Ben Allal et al. 2023; SantaCoder, StarCoder): GPT-2 whose query heads share one key and value head,
/// with matrices as [outputs, inputs].
/// </summary>
internal static class GptBigCode
{
    public static Family Family { get; } = new(Spec, Gpt2.Names with { InputsFirst = false }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        if (!config.Flag("multi_query", true))
            throw new UnsupportedException(
                $"{config.Path}: multi_query false (a key and value for every head) is not implemented.");
        // GPT-2's switch, which this family does not have.
        config.Require("scale_attn_by_inverse_layer_idx", false, fallback: false);
        return Gpt2.Spec(config, "gelu_pytorch_tanh")
            .WithSoftmax((softmax, _) => softmax with { KeyValueHeads = 1 }) with { Family = "gpt_bigcode" };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Gpt2.Config(spec);
        config["architectures"] = new JsonArray("GPTBigCodeForCausalLM");
        config["multi_query"] = ConfigWriter.Softmax(spec).KeyValueHeads == 1;
        config.Remove("scale_attn_by_inverse_layer_idx");
        config.Remove("n_ctx");
        return config;
    }
}
