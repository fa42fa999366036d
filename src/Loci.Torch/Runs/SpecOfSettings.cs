using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Families;

namespace Loci.Torch.Runs;

/// <summary>The spec of a new model.</summary>
public static class SpecOfSettings
{
    private static readonly Dictionary<string, Activation> s_activations = new()
    {
        ["relu"] = Activation.Relu, ["gelu"] = Activation.Gelu, ["gelu_new"] = Activation.GeluTanh,
        ["silu"] = Activation.Silu,
        ["quick_gelu"] = Activation.QuickGelu, ["relu2"] = Activation.SquaredRelu,
    };

    /// <exception cref="LociException">The family is none that can be trained, or a setting is not one of this
    /// family.</exception>
    public static ModelSpec Create(ModelSettings model, int vocabulary, int begin)
    {
        bool loci = model.Family == LociFamily.Name,
            rotary = model.Family == "llama" || loci && model.Positions == "rotary";
        Refuse(model, loci);
        if (!rotary && model.RotaryBase is not null)
            throw new UnsupportedException(
                $"model.rotary_base: this model of the family «{model.Family}» does not rotate; llama does.");
        int headSize = model.Width / model.Heads;
        if (rotary && headSize % 2 != 0)
            throw new UnsupportedException(
                $"model.heads: rotary positions need an even head size; {model.Width} / {model.Heads} is {headSize}.");
        var layers = loci
            ? AttentionSettings.Layers(model)
            : [.. Enumerable.Repeat((0, (FastWeightSpec?)null), model.Layers)];
        bool rms = loci ? model.Norm is null or "rms_norm" : rotary;
        if (rotary && layers.All(layer => layer.Fast is not null))
            throw new UnsupportedException(
                "model.positions: rotary positions turn the queries and keys of softmax layers, and there is none.");
        bool biased = !rms && !loci, gated = model.Gated ?? model.Family == "llama";
        var turned = rotary
            ? new RotarySpec(headSize, Interleaved: false, Rotary.Frequencies(model.RotaryBase ?? 10_000, headSize))
            : null;
        var cells = new CellsSpec(model.Cells, ActivationOf(model), gated, KeyBias: biased && !gated,
            ValueBias: biased);
        var spec = new ModelSpec
        {
            Family = model.Family,
            Width = model.Width,
            Vocabulary = vocabulary,
            Context = model.Context,
            Norm = rms ? NormKind.RmsNorm : NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Blocks =
            [
                .. layers.Select(layer => new BlockSpec
                {
                    Mixer = (MixerSpec?)layer.Fast ?? new SoftmaxSpec
                    {
                        Heads = model.Heads, KeyValueHeads = model.KeyValueHeads ?? model.Heads, HeadSize = headSize,
                        Scale = (float)(1 / Math.Sqrt(headSize)), Window = layer.Window, Rotary = turned,
                        QueryKeyValueBias = biased, OutputBias = biased,
                    },
                    Cells = cells,
                }),
            ],
            Head = new(model.TiedOutput),
            LearnedPositions = loci ? model.Positions == "learned" : !rotary,
            LearnedPositionOffset = model.Family == "opt" ? 2 : 0,
            BeginOfSequence = begin,
            EndOfSequence = [begin],
        };
        try
        {
            ModelDirectory.Check(spec);
        }
        catch (ArgumentException e)
        {
            throw new UnsupportedException($"model: {e.Message}");
        }
        return spec;
    }

    // What a family has no setting for.
    private static void Refuse(ModelSettings model, bool loci)
    {
        if (!loci && model.Family != "llama" && model.KeyValueHeads is { } shared && shared != model.Heads)
            throw new UnsupportedException(
                $"model.key_value_heads: in the family «{model.Family}» every head has its own keys and values; "
                + $"llama shares them.");
        if (!loci)
        {
            (string Name, object? Value)[] own =
                [("attention", model.Attention), ("norm", model.Norm), ("gated", model.Gated),
                    ("positions", model.Positions)];
            foreach (var (name, value) in own)
                if (value is not null)
                    throw new UnsupportedException(
                        $"model.{name}: the family «{model.Family}» leaves no choice; loci does.");
            return;
        }
        OneOf("norm", model.Norm ?? "rms_norm", "rms_norm", "layer_norm");
        OneOf("positions", model.Positions, "none", "learned", "rotary");
    }

    private static void OneOf(string name, string? value, params string[] known)
    {
        if (!known.Contains(value))
            throw new UnsupportedException(
                $"model.{name}: {(value is null ? "is wanted in the family «loci»" : $"«{value}»")}; there are "
                + $"{string.Join(", ", known)}");
    }

    private static Activation ActivationOf(ModelSettings model)
    {
        string name = model.Activation
            ?? model.Family switch { "opt" or LociFamily.Name => "relu", "llama" => "silu", _ => "gelu_new" };
        return s_activations.TryGetValue(name, out var activation)
            ? activation
            : throw new UnsupportedException(
                $"model.activation: «{name}» is not one of {string.Join(", ", s_activations.Keys)}");
    }
}
