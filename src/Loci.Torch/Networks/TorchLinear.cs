using Loci.Models.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>x·Wᵀ + b.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="deviation">Standard deviation of the first weights.</param>
/// <param name="bias">True for a b.</param>
/// <param name="tensors">The matrices it stacks, each [outputs, inputs].</param>
public sealed class TorchLinear(string name, double deviation, bool bias, params TensorSlot[] tensors)
{
    /// <summary>[outputs, inputs]</summary>
    public Parameter Weight { get; } = new(
        $"{name}.weight", [tensors.Sum(tensor => tensor.Shape[0]), tensors[0].Shape[1]], deviation, mean: 0, tensors);

    /// <summary>[outputs]</summary>
    public Parameter? Bias { get; } = bias
        ? new($"{name}.bias", [tensors.Sum(tensor => tensor.Shape[0])], deviation: 0, mean: 0,
            [.. tensors.Select(tensor => tensor.Bias)]) : null;

    /// <summary>Weights, and biases where there are any.</summary>
    public IEnumerable<Parameter> Parameters => Bias is null ? [Weight] : [Weight, Bias];

    /// <param name="x">[rows, inputs]</param>
    public Tensor Apply(Tensor x) => F.linear(x, Weight.Values, Bias?.Values);
}
