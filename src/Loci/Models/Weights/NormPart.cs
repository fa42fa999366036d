using Loci.Models.Blocks;

namespace Loci.Models.Weights;

/// <summary>A norm and where its weights come from.</summary>
internal sealed class NormPart
{
    private readonly NormKind _kind;
    private readonly float _epsilon;
    private readonly NumbersStore _gain;
    private readonly NumbersStore? _bias;
    private NormWeights? _weights;

    public NormPart(ModelSpec model, TensorRole role, int layer)
    {
        (_kind, _epsilon) = (model.Norm, model.NormEpsilon);
        var gain = TensorSlot.OfBlock(role, layer, model.Width);
        _gain = new(gain);
        if (_kind == NormKind.LayerNorm) _bias = new(gain.Bias);
    }

    public IEnumerable<WeightStore> Stores => _bias is null ? [_gain] : [_gain, _bias];

    public NormWeights Weights => _weights ??= new(_kind, _gain.Numbers, _bias?.Numbers ?? [], _epsilon);
}
