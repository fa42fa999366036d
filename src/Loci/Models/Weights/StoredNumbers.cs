using Loci.Checkpoints;
using Loci.Memory.Numerics;

namespace Loci.Models.Weights;

/// <summary>Tensors of a checkpoint as numbers of a model.</summary>
internal static class StoredNumbers
{
    /// <summary>How a packed matrix holds numbers of a type of tensor.</summary>
    public static WeightFormat Format(this TensorType type) => type switch
    {
        TensorType.Float32 => WeightFormat.Float32,
        TensorType.Float16 => WeightFormat.Float16,
        TensorType.BFloat16 => WeightFormat.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of weights"),
    };

    /// <summary>The numbers where they lie in the file.</summary>
    public static TensorNumbers Numbers(this Tensor tensor, bool outputsFirst) => tensor.Type == TensorType.Float32
        ? new(tensor.AsFloat32(), outputsFirst) : new(tensor.As16Bit(), tensor.Type.Format(), outputsFirst);
}
