using Loci.Models.Weights;
using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>One trainable tensor: a window on the flat buffers of its <see cref="ParameterSet"/>.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="shape">Its extents.</param>
/// <param name="deviation">Standard deviation of its first values, around <paramref name="mean"/>.</param>
/// <param name="mean">1 for gains, else 0.</param>
/// <param name="tensors">The tensors of the model that it holds, their rows one after the other.</param>
public sealed class Parameter(string name, long[] shape, double deviation, float mean, params TensorSlot[] tensors)
{
    private Tensor? _values;

    public string Name => name;

    public IReadOnlyList<TensorSlot> Tensors => tensors;

    public long[] Shape => shape;

    public double Deviation => deviation;

    public float Mean => mean;

    /// <summary>Matrices decay; gains and biases do not.</summary>
    public bool Decays => shape.Length > 1;

    public int Count { get; } = (int)shape.Aggregate(1L, (product, extent) => checked(product * extent));

    /// <summary>The leaf of autograd; its <c>grad</c> is a window too, which backward passes add to in place.</summary>
    public Tensor Values => _values ?? throw new InvalidOperationException($"{name} has no memory yet");

    public Tensor Gradient => Values.grad!;

    public void Place(Tensor values, Tensor gradients, long at)
    {
        _values = values.narrow(0, at, Count).view(shape).detach().requires_grad_(true).DetachFromDisposeScope();
        _values.grad = gradients.narrow(0, at, Count).view(shape);
    }

    public void Release()
    {
        _values?.Dispose();
        _values = null;
    }
}
