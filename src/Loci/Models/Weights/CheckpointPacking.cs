using Loci.Checkpoints;
using Loci.Memory.Numerics;

namespace Loci.Models.Weights;

/// <summary>Packs the matrices of a checkpoint for <see cref="MatrixProduct"/>.</summary>
internal static class CheckpointPacking
{
    /// <summary>How a packed matrix holds numbers of a type of tensor.</summary>
    public static WeightFormat Format(this TensorType type) => type switch
    {
        TensorType.Float32 => WeightFormat.Float32,
        TensorType.Float16 => WeightFormat.Float16,
        TensorType.BFloat16 => WeightFormat.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of weights"),
    };

    /// <summary>A weight matrix, packed; 16-bit weights stay 16-bit.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector.</param>
    /// <param name="outputsFirst">True for [outputs, inputs] (a PyTorch Linear), false for [inputs, outputs] (a GPT-2 Conv1D).</param>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public static PackedMatrix Pack(this Checkpoint checkpoint, string name, int inputs, int outputs, bool outputsFirst)
    {
        var tensor = OpenMatrix(checkpoint, name, inputs, outputs, outputsFirst);
        return tensor.Type == TensorType.Float32
            ? PackedMatrix.Pack(tensor.AsFloat32(), inputs, outputs, outputsFirst)
            : PackedMatrix.Pack(tensor.As16Bit(), tensor.Type.Format(), inputs, outputs, outputsFirst);
    }

    /// <summary>
    /// Some outputs of a weight matrix, in the order given, packed: one of several matrices that a family stores fused
    /// or interleaved.
    /// </summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector of the whole tensor.</param>
    /// <param name="outputsFirst">As in <see cref="Pack"/>.</param>
    /// <param name="picked">The outputs to keep, each in 0 … <paramref name="outputs"/> − 1.</param>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public static PackedMatrix PackOutputs(
        this Checkpoint checkpoint, string name, int inputs, int outputs, bool outputsFirst, ReadOnlySpan<int> picked)
    {
        var tensor = OpenMatrix(checkpoint, name, inputs, outputs, outputsFirst);
        return tensor.Type == TensorType.Float32
            ? PackedMatrix.Pack(Gather(tensor.AsFloat32(), inputs, outputs, outputsFirst, picked), inputs, picked.Length, outputsFirst)
            : PackedMatrix.Pack(
                Gather(tensor.As16Bit(), inputs, outputs, outputsFirst, picked), tensor.Type.Format(), inputs, picked.Length, outputsFirst);
    }

    private static Tensor OpenMatrix(Checkpoint checkpoint, string name, int inputs, int outputs, bool outputsFirst) =>
        outputsFirst ? checkpoint.OpenShaped(name, outputs, inputs) : checkpoint.OpenShaped(name, inputs, outputs);

    private static T[] Gather<T>(ReadOnlySpan<T> source, int inputs, int outputs, bool outputsFirst, ReadOnlySpan<int> picked)
    {
        foreach (int output in picked)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(output, nameof(picked));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, outputs, nameof(picked));
        }
        T[] some = new T[checked(inputs * picked.Length)]; // [picked, inputs] or [inputs, picked]
        if (outputsFirst)
            for (int n = 0; n < picked.Length; n++)
                source.Slice(picked[n] * inputs, inputs).CopyTo(some.AsSpan(n * inputs));
        else
            for (int i = 0; i < inputs; i++)
                for (int n = 0; n < picked.Length; n++)
                    some[i * picked.Length + n] = source[i * outputs + picked[n]];
        return some;
    }
}
