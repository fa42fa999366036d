using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// Granite 3 (IBM 2024): Llama with a factor on the embedding, on each branch and on the scores, and a divisor of the
/// logits.
/// </summary>
internal static class Granite
{
    public static Family Family { get; } = new(Spec, Llama.Names, Config);

    public static ModelSpec Spec(ModelConfig config)
    {
        float scale = (float)config.Number("attention_multiplier", 1),
            branch = (float)config.Number("residual_multiplier", 1);
        var spec = Llama.Spec(config).WithSoftmax((softmax, _) => softmax with { Scale = scale });
        return spec with
        {
            Family = "granite",
            EmbeddingScale = (float)config.Number("embedding_multiplier", 1),
            Blocks = [.. spec.Blocks.Select(block => block with { BranchScale = branch })],
            Head = spec.Head with { Scale = (float)(1 / config.Number("logits_scaling", 1)) },
        };
    }

    public static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("GraniteForCausalLM");
        config["embedding_multiplier"] = ConfigWriter.Shortest(spec.EmbeddingScale);
        config["attention_multiplier"] = ConfigWriter.Shortest(ConfigWriter.Softmax(spec).Scale);
        config["residual_multiplier"] = ConfigWriter.Shortest(spec.Blocks[0].BranchScale);
        config["logits_scaling"] = 1.0 / spec.Head.Scale;
        return config;
    }
}
