using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>x·Wᵀ + b.</summary>
public sealed class TorchLinear(string name, int inputs, int outputs, bool bias, double deviation)
{
    /// <summary>[outputs, inputs]</summary>
    public Parameter Weight { get; } = new($"{name}.weight", [outputs, inputs], deviation, mean: 0);

    /// <summary>[outputs]</summary>
    public Parameter? Bias { get; } = bias ? new($"{name}.bias", [outputs], deviation: 0, mean: 0) : null;

    public IEnumerable<Parameter> Parameters => Bias is null ? [Weight] : [Weight, Bias];

    /// <param name="x">[rows, inputs]</param>
    public Tensor Apply(Tensor x) => F.linear(x, Weight.Values, Bias?.Values);
}
