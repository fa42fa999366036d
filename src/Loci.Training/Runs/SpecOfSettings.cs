using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Training.Runs;

/// <summary>The spec of a new model.</summary>
internal static class SpecOfSettings
{
    private static readonly Dictionary<string, Activation> s_activations = new()
    {
        ["relu"] = Activation.Relu, ["gelu"] = Activation.Gelu, ["gelu_new"] = Activation.GeluTanh, ["silu"] = Activation.Silu,
        ["quick_gelu"] = Activation.QuickGelu,
    };

    /// <exception cref="LociException">The family is none that can be trained, or a setting is not one of this family.</exception>
    public static ModelSpec Create(ModelSettings model, int vocabulary, int begin)
    {
        bool llama = model.Family == "llama";
        if (!llama && model.KeyValueHeads is { } shared && shared != model.Heads)
            throw new UnsupportedException($"model.key_value_heads: in the family «{model.Family}» every head has its own keys and values; llama shares them.");
        if (!llama && model.RotaryBase is not null)
            throw new UnsupportedException($"model.rotary_base: the family «{model.Family}» learns its positions; llama rotates.");
        int headSize = model.Width / model.Heads;
        if (llama && headSize % 2 != 0) throw new UnsupportedException($"model.heads: rotary positions need an even head size; {model.Width} / {model.Heads} is {headSize}.");
        var spec = new ModelSpec
        {
            Family = model.Family,
            Layers = model.Layers,
            Width = model.Width,
            Cells = model.Cells,
            Vocabulary = vocabulary,
            Context = model.Context,
            Norm = llama ? NormKind.RmsNorm : NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Heads = model.Heads,
            KeyValueHeads = model.KeyValueHeads ?? model.Heads,
            HeadSize = headSize,
            AttentionScale = [.. Enumerable.Repeat((float)(1 / Math.Sqrt(headSize)), model.Layers)],
            AttentionWindow = new int[model.Layers],
            Rotary = llama ? new(headSize, Interleaved: false, Rotary.Frequencies(model.RotaryBase ?? 10_000, headSize)) : null,
            LearnedPositions = !llama,
            LearnedPositionOffset = model.Family == "opt" ? 2 : 0,
            Activation = ActivationOf(model),
            Gated = llama,
            TiedOutput = model.TiedOutput,
            BeginOfSequence = begin,
            EndOfSequence = [begin],
        };
        ModelDirectory.Check(spec);
        return spec;
    }

    private static Activation ActivationOf(ModelSettings model)
    {
        string name = model.Activation ?? model.Family switch { "opt" => "relu", "llama" => "silu", _ => "gelu_new" };
        return s_activations.TryGetValue(name, out var activation)
            ? activation
            : throw new UnsupportedException($"model.activation: «{name}» is not one of {string.Join(", ", s_activations.Keys)}");
    }
}
