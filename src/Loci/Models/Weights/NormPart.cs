using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Gradients;

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

    /// <summary>Adds the gradient of what was normed to <paramref name="dx"/>, and those of gain and bias.</summary>
    /// <param name="x">What was normed. [rows, width]</param>
    /// <param name="dy">The gradient of what it gave. [rows, width]</param>
    /// <param name="dx">Added to. [rows, width]</param>
    /// <param name="weights">Where those of the weights go, or null.</param>
    public void Back(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, WeightGradients? weights)
    {
        Span<float> dGain = weights is null ? [] : weights.Of(_gain), dBias = weights is null ? [] : weights.Of(_bias);
        int width = _gain.Numbers.Length;
        if (_kind == NormKind.LayerNorm)
            NormPullbacks.LayerNorm(x, width, _gain.Numbers, _epsilon, dy, dx, dGain, dBias);
        else NormPullbacks.RmsNorm(x, width, _gain.Numbers, _epsilon, dy, dx, dGain);
    }
}
