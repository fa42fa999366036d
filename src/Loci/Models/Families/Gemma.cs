using System.Text.Json.Nodes;
using Loci.Memory.Numerics;

namespace Loci.Models.Families;

/// <summary>
/// Gemma (Gemma team 2024): Llama with gains 1 + w, GeGLU, the embedding scaled by √d and tied to the output.
/// </summary>
internal static class Gemma
{
    public static Family Family { get; } = new(Spec, Llama.Names with { GainsAreOffsets = true }, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        var spec = Llama.Spec(config, "hidden_activation", "gelu_pytorch_tanh");
        // The first configs say hidden_act «gelu» and mean the tanh approximation that the model was trained with.
        if (config.Text("hidden_act") is not (null or "gelu" or "gelu_new" or "gelu_pytorch_tanh"))
            throw new UnsupportedException(
                $"{config.Path}: hidden_act «{config.Text("hidden_act")}» is not implemented in the family gemma.");
        if (spec.Blocks[0].Cells.Activation is not (Activation.GeluTanh or Activation.Gelu))
            throw new UnsupportedException($"{config.Path}: hidden_activation is to be gelu_pytorch_tanh.");
        int headSize = config.OptionalSize("head_dim") ?? 256;
        var rotary = RotaryConfig.Read(config, headSize, fraction: 1);
        spec = spec.WithSoftmax((softmax, _) => softmax with
        {
            HeadSize = headSize, Scale = FamilyReadings.RootScale(headSize), Rotary = rotary,
        });
        return spec with
        {
            Family = "gemma", Head = new(config.Flag("tie_word_embeddings", true)),
            EmbeddingScale = MathF.Sqrt(spec.Width),
        };
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = Llama.Config(spec);
        config["architectures"] = new JsonArray("GemmaForCausalLM");
        config.Remove("hidden_act");
        config["hidden_activation"] = ConfigWriter.Name(spec.Blocks[0].Cells.Activation);
        return config;
    }
}
