using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>One norm of the network.</summary>
public sealed class TorchNorm(ModelSpec spec, string name, TensorRole role, int layer = -1)
{
    /// <summary>[width].</summary>
    public Parameter Gain { get; } =
        new($"{name}.gain", [spec.Width], deviation: 0, mean: 1, TensorSlot.OfBlock(role, layer, spec.Width));

    /// <summary>[width]; null where it has none.</summary>
    public Parameter? Bias { get; } = spec.Norm == NormKind.LayerNorm
        ? new($"{name}.bias", [spec.Width], deviation: 0, mean: 0, TensorSlot.OfBlock(role, layer, spec.Width).Bias)
        : null;

    /// <summary>Both.</summary>
    public IEnumerable<Parameter> Parameters => Bias is null ? [Gain] : [Gain, Bias];

    /// <param name="x">[…, width]</param>
    public Tensor Apply(Tensor x) => Bias is null
        ? RmsNorm.Apply(x, Gain.Values, spec.NormEpsilon)
        : F.layer_norm(x, [spec.Width], Gain.Values, Bias.Values, spec.NormEpsilon);
}
