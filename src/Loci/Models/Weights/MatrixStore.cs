using Loci.Memory.Numerics;

namespace Loci.Models.Weights;

/// <summary>
/// A packed matrix: one tensor, or several over the same inputs whose outputs stand one after the other.
/// </summary>
internal sealed class MatrixStore(params TensorSlot[] tensors) : WeightStore(tensors)
{
    private PackedMatrix? _matrix;

    /// <summary>[inputs → outputs of all tensors]</summary>
    public PackedMatrix Matrix => _matrix ?? throw new InvalidOperationException($"{Tensors[0]} has not been filled.");

    public override WeightFormat Format => Matrix.Format;

    public override void Fill(TensorSource source) =>
        _matrix = source.OpenJoined(Tensors)
        .Pack((int)Tensors[0].Shape[1], Tensors.Sum(tensor => (int)tensor.Shape[0]));

    public override void Share(WeightStore other) => _matrix = ((MatrixStore)other).Matrix.Share();

    public override bool Shares(WeightStore other) => ReferenceEquals(_matrix, ((MatrixStore)other)._matrix);

    public override void Release() => _matrix?.Dispose();

    public override float[] Read(int tensor)
    {
        int first = First(tensor), count = (int)Tensors[tensor].Shape[0], inputs = Matrix.Inputs;
        float[] numbers = new float[Tensors[tensor].Count];             // [outputs, inputs]
        for (int o = 0; o < count; o++) Matrix.CopyOutput(first + o, numbers.AsSpan(o * inputs, inputs));
        return numbers;
    }
}
