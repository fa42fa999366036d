using Loci.Models;

namespace Loci.Training.Networks;

/// <summary>Which projections of a network carry a bias: a matter of the family's tensors, not of the spec.</summary>
internal readonly record struct Biases(bool QueryKeyValue, bool AttentionOutput, bool Keys, bool Values)
{
    /// <summary>What weights that exist carry.</summary>
    public static Biases Of(TransformerWeights weights)
    {
        var first = weights.Layers[0];
        return new(first.QueryKeyValueBias.Length > 0, first.AttentionOutputBias.Length > 0, first.KeyBias.Length > 0, first.ValueBias.Length > 0);
    }

    /// <summary>What a new model of a family carries: with LayerNorm all, with RMSNorm none.</summary>
    public static Biases Of(ModelSpec spec) => spec.Norm == NormKind.LayerNorm ? new(true, true, true, true) : default;
}
