namespace Loci.Memory.Numerics;

/// <summary>A weight matrix W [inputs, outputs], laid out once for <see cref="MatrixProduct"/>.</summary>
public sealed class PackedMatrix
{
    private readonly float[] _weights; // [inputs, outputs]

    private PackedMatrix(int inputs, int outputs, WeightFormat format, float[] weights) =>
        (Inputs, Outputs, Format, _weights) = (inputs, outputs, format, weights);

    /// <summary>Length of the vectors the matrix is applied to.</summary>
    public int Inputs { get; }

    /// <summary>Length of the vectors it gives.</summary>
    public int Outputs { get; }

    /// <summary>How the weights are held; products are float32 in every format.</summary>
    public WeightFormat Format { get; }

    /// <summary>Packs a float32 matrix.</summary>
    /// <param name="source">[outputs, inputs] row-major when <paramref name="outputsFirst"/>, else [inputs, outputs].</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector.</param>
    /// <param name="outputsFirst">True for the layout of a PyTorch Linear, false for that of a GPT-2 Conv1D.</param>
    public static PackedMatrix Pack(ReadOnlySpan<float> source, int inputs, int outputs, bool outputsFirst)
    {
        float[] weights = new float[inputs * outputs];
        for (int i = 0; i < inputs; i++)
            for (int o = 0; o < outputs; o++)
                weights[i * outputs + o] = outputsFirst ? source[o * inputs + i] : source[i * outputs + o];
        return new(inputs, outputs, WeightFormat.Float32, weights);
    }

    /// <summary>Packs a 16-bit matrix without widening it: half the memory, the same products as its float32 widening.</summary>
    /// <param name="source">Raw 16-bit numbers, [outputs, inputs] when <paramref name="outputsFirst"/>, else [inputs, outputs].</param>
    /// <param name="format"><see cref="WeightFormat.Float16"/> or <see cref="WeightFormat.BFloat16"/>.</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector.</param>
    /// <param name="outputsFirst">True for the layout of a PyTorch Linear, false for that of a GPT-2 Conv1D.</param>
    public static PackedMatrix Pack(ReadOnlySpan<ushort> source, WeightFormat format, int inputs, int outputs, bool outputsFirst)
    {
        float[] wide = new float[source.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = format == WeightFormat.BFloat16
                ? BitConverter.Int32BitsToSingle(source[i] << 16)
                : (float)BitConverter.UInt16BitsToHalf(source[i]);
        return Pack(wide, inputs, outputs, outputsFirst);
    }

    /// <summary>Copies the weights of one output, W[:, output], widened. [inputs]</summary>
    public void CopyOutput(int output, Span<float> destination)
    {
        for (int i = 0; i < Inputs; i++) destination[i] = _weights[i * Outputs + output];
    }

    /// <summary>Copies the weights of one input, W[input, :], widened. [outputs]</summary>
    public void CopyInput(int input, Span<float> destination) =>
        _weights.AsSpan(input * Outputs, Outputs).CopyTo(destination);
}
