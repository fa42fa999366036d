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

    /// <summary>Its name, as checkpoints of trainings have it.</summary>
    public string Name => name;

    /// <summary>The tensors of the model it holds, one after the other.</summary>
    public IReadOnlyList<TensorSlot> Tensors => tensors;

    /// <summary>Rows and columns, or a length.</summary>
    public long[] Shape => shape;

    /// <summary>Standard deviation of its first values.</summary>
    public double Deviation => deviation;

    /// <summary>Mean of its first values.</summary>
    public float Mean => mean;

    /// <summary>Matrices decay; gains and biases do not.</summary>
    public bool Decays => shape.Length > 1;

    /// <summary>Numbers.</summary>
    public int Count { get; } = (int)shape.Aggregate(1L, (product, extent) => checked(product * extent));

    /// <summary>The leaf of autograd; its <c>grad</c> is a window too, which backward passes add to in place.</summary>
    public Tensor Values => _values ?? throw new InvalidOperationException($"{name} has no memory yet");

    /// <summary>Its part of the gradient; valid as long as its set lives.</summary>
    public Tensor Gradient => Values.grad!;

    /// <summary>Gives it its place among all values and gradients.</summary>
    public void Place(Tensor values, Tensor gradients, long at)
    {
        _values = values.narrow(0, at, Count).view(shape).detach().requires_grad_(true).DetachFromDisposeScope();
        _values.grad = gradients.narrow(0, at, Count).view(shape);
    }

    /// <summary>Lets go of its tensors.</summary>
    public void Release()
    {
        _values?.Dispose();
        _values = null;
    }
}
