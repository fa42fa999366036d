using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Gradients;

namespace Loci.Models.Weights;

/// <summary>A norm and where its weights come from.</summary>
internal sealed class NormPart
{
    private readonly NormKind _kind;
    private readonly float _epsilon;
    private readonly NumbersStore? _gain, _bias;
    private readonly float[] _ones;
    private NormWeights? _weights;

    public NormPart(ModelSpec model, TensorRole role, int layer)
    {
        (_kind, _epsilon) = (model.Norm, model.NormEpsilon);
        var gain = TensorSlot.OfBlock(role, layer, model.Width);
        _ones = [];
        if (model.NormGain) _gain = new(gain);
        else Array.Fill(_ones = new float[model.Width], 1);
        if (_kind == NormKind.LayerNorm && model.NormBias) _bias = new(gain.Bias);
    }

    public IEnumerable<WeightStore> Stores => new WeightStore?[] { _gain, _bias }.OfType<WeightStore>();

    public NormWeights Weights => _weights ??= new(_kind, Gain, _bias?.Numbers ?? [], _epsilon);

    private float[] Gain => _gain?.Numbers ?? _ones; // [width]

    /// <summary>Adds the gradient of what was normed to <paramref name="dx"/>, and those of gain and bias.</summary>
    /// <param name="x">What was normed. [rows, width]</param>
    /// <param name="dy">The gradient of what it gave. [rows, width]</param>
    /// <param name="dx">Added to. [rows, width]</param>
    /// <param name="weights">Where those of the weights go, or null.</param>
    public void Back(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, WeightGradients? weights)
    {
        Span<float> dGain = weights is null ? [] : weights.Of(_gain), dBias = weights is null ? [] : weights.Of(_bias);
        if (_kind == NormKind.LayerNorm)
            NormPullbacks.LayerNorm(x, Gain.Length, Gain, _epsilon, dy, dx, dGain, dBias);
        else NormPullbacks.RmsNorm(x, Gain.Length, Gain, _epsilon, dy, dx, dGain);
    }
}
