using Loci.Models;
using Loci.Models.Families;

namespace Loci.Torch.Networks;

/// <summary>Which projections of a network carry a bias: a matter of the family's tensors, not of the spec.</summary>
public readonly record struct Biases(bool QueryKeyValue, bool AttentionOutput, bool Keys, bool Values)
{
    /// <summary>What weights that exist carry.</summary>
    public static Biases Of(TransformerWeights weights)
    {
        return new(
            Any(layer => layer.QueryKeyValueBias), Any(layer => layer.AttentionOutputBias), Any(layer => layer.KeyBias), Any(layer => layer.ValueBias));

        // The attention of fast-weight layers has none; the others of a hybrid may.
        bool Any(Func<LayerWeights, float[]> bias) => weights.Layers.Any(layer => bias(layer).Length > 0);
    }

    /// <summary>What a new model of a family carries: with LayerNorm all, with RMSNorm none, and none in Loci's own.</summary>
    public static Biases Of(ModelSpec spec) => spec.Norm == NormKind.LayerNorm && spec.Family != LociFamily.Name ? new(true, true, true, true) : default;
}
