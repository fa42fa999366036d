using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>One norm of the network.</summary>
public sealed class TorchNorm(ModelSpec spec, string name, TensorRole role, int layer = -1)
{
    /// <summary>[width]; null where it has none.</summary>
    public Parameter? Gain { get; } = spec.NormGain
        ? new($"{name}.gain", [spec.Width], deviation: 0, mean: 1, TensorSlot.OfBlock(role, layer, spec.Width))
        : null;

    /// <summary>[width]; null where it has none.</summary>
    public Parameter? Bias { get; } = spec.Norm == NormKind.LayerNorm && spec.NormBias
        ? new($"{name}.bias", [spec.Width], deviation: 0, mean: 0, TensorSlot.OfBlock(role, layer, spec.Width).Bias)
        : null;

    /// <summary>Both.</summary>
    public IEnumerable<Parameter> Parameters => new[] { Gain, Bias }.OfType<Parameter>();

    /// <param name="x">[…, width]</param>
    public Tensor Apply(Tensor x) => spec.Norm == NormKind.RmsNorm
        ? RmsNorm.Apply(x, Gain?.Values ?? ones(spec.Width, x.dtype, x.device), spec.NormEpsilon)
        : F.layer_norm(x, [spec.Width], Gain?.Values, Bias?.Values, spec.NormEpsilon);
}
