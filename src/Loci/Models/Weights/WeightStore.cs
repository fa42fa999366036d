using Loci.Memory.Numerics;

namespace Loci.Models.Weights;

/// <summary>
/// Weights of a part as the forward pass wants them, with the tensors they are made of. The stores of all parts are the
/// one list of what a model holds: reading, writing, exchange with Torch and random weights all go along it.
/// </summary>
internal abstract class WeightStore(params TensorSlot[] tensors)
{
    /// <summary>The tensors, in the order the store holds them.</summary>
    public IReadOnlyList<TensorSlot> Tensors { get; } = tensors;

    /// <summary>How the numbers are held.</summary>
    public virtual WeightFormat Format => WeightFormat.Float32;

    /// <summary>Takes the weights from a source.</summary>
    public abstract void Fill(TensorSource source);

    /// <summary>Takes the weights of a store of the same tensors, without a copy.</summary>
    public abstract void Share(WeightStore other);

    /// <summary>True where the weights are those of another store, not a copy.</summary>
    public abstract bool Shares(WeightStore other);

    /// <summary>Lets go of memory that the collector does not see.</summary>
    public virtual void Release()
    {
    }

    /// <summary>A copy of one tensor's numbers, widened, row-major.</summary>
    /// <param name="tensor">Its place in <see cref="Tensors"/>.</param>
    public abstract float[] Read(int tensor);

    /// <summary>Numbers of all tensors.</summary>
    public int Count => Tensors.Sum(tensor => tensor.Count);

    /// <summary>One tensor of numbers that lie as the store holds its weights; matrices as [outputs, inputs].</summary>
    /// <param name="numbers">[<see cref="Count"/>]</param>
    /// <param name="tensor">Its place in <see cref="Tensors"/>.</param>
    public virtual float[] Part(float[] numbers, int tensor)
    {
        int first = Tensors.Take(tensor).Sum(before => before.Count);
        return numbers[first..(first + Tensors[tensor].Count)];
    }

    // What stands before a tensor in the store, counted in its slowest dimension.
    protected int First(int tensor) => Tensors.Take(tensor).Sum(before => (int)before.Shape[0]);
}
