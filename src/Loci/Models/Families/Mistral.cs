using System.Text.Json.Nodes;

namespace Loci.Models.Families;

/// <summary>
/// Mistral (Jiang et al. 2023): Llama whose attention sees a sliding window in every layer: 4096 where none is
/// mentioned, all where it is null.
/// </summary>
internal static class Mistral
{
    public static Family Family { get; } = new(Spec, Llama.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int window = config.OptionalSize("sliding_window") ?? (config.Mentions("sliding_window") ? 0 : 4096);
        return Llama.Spec(config)
            .WithSoftmax((softmax, _) => softmax with { Window = window }) with { Family = "mistral" };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("MistralForCausalLM");
        config["sliding_window"] = ConfigWriter.Softmax(spec).Window is > 0 and var window ? window : null;
        return config;
    }
}
