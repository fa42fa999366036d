using System.Diagnostics.CodeAnalysis;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.Numerics;

/// <summary>
/// A weight matrix W [inputs, outputs], laid out once for <see cref="MatrixProduct"/>. Immutable. Its memory is freed
/// when it is collected, or when all who share it have disposed of it; not while a product runs.
/// </summary>
/// <remarks>
/// The weights lie in native memory in panels of 16 outputs, so that a product reads them in the order they are stored.
/// The layout is the same for every instruction set. A matrix may take more than 2 GB.
/// </remarks>
public sealed unsafe class PackedMatrix : IDisposable
{
    private const int MaxLength = 1 << 30; // leaves room to round up

    private readonly AlignedMemory _weights; // [panels, inputs, 16]
    private int _owners = 1;

    private PackedMatrix(int inputs, int outputs, WeightFormat format)
    {
        (Inputs, Outputs, Format) = (inputs, outputs, format);
        _weights = new AlignedMemory((nuint)Panels.Count(outputs) * (nuint)PanelBytes);
    }

    /// <summary>Length of the vectors the matrix is applied to.</summary>
    public int Inputs { get; }

    /// <summary>Length of the vectors it gives.</summary>
    public int Outputs { get; }

    /// <summary>How the weights are held; products are float32 in every format.</summary>
    public WeightFormat Format { get; }

    /// <summary>Bytes of memory the weights take.</summary>
    public long Bytes => (long)_weights.Bytes;

    /// <summary>The first panel. Valid while the matrix is alive.</summary>
    internal byte* Address => _weights.Address;

    /// <summary>True if all weights are known to be finite, which makes widening float16 cheaper.</summary>
    internal bool Finite { get; private init; }

    internal nint PanelBytes => (nint)Inputs * Panels.Width * Size;

    private int Size => Format == WeightFormat.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Packs a float32 matrix.</summary>
    /// <param name="source">[outputs, inputs] row-major when <paramref name="outputsFirst"/>, else [inputs,
    /// outputs].</param>
    /// <param name="inputs">Length of an input vector, 0 to 2³⁰.</param>
    /// <param name="outputs">Length of an output vector, 0 to 2³⁰.</param>
    /// <param name="outputsFirst">True for the layout of a PyTorch Linear, false for that of a GPT-2 Conv1D.</param>
    /// <exception cref="ArgumentException">A length out of range, or a source that does not hold inputs · outputs
    /// numbers.</exception>
    public static PackedMatrix Pack(ReadOnlySpan<float> source, int inputs, int outputs, bool outputsFirst)
    {
        Check(nameof(source), source.Length, inputs, outputs);
        var matrix = new PackedMatrix(inputs, outputs, WeightFormat.Float32);
        fixed (float* from = source)
            Packing.Fill((uint*)from, (uint*)matrix.Address, inputs, outputs, outputsFirst, matrix.Format);
        GC.KeepAlive(matrix);
        return matrix;
    }

    /// <summary>
    /// Packs a 16-bit matrix without widening it: half the memory, the same products as its float32 widening.
    /// </summary>
    /// <param name="source">Raw 16-bit numbers, [outputs, inputs] when <paramref name="outputsFirst"/>, else [inputs,
    /// outputs].</param>
    /// <param name="format"><see cref="WeightFormat.Float16"/> or <see cref="WeightFormat.BFloat16"/>.</param>
    /// <param name="inputs">Length of an input vector, 0 to 2³⁰.</param>
    /// <param name="outputs">Length of an output vector, 0 to 2³⁰.</param>
    /// <param name="outputsFirst">True for the layout of a PyTorch Linear, false for that of a GPT-2 Conv1D.</param>
    /// <exception cref="ArgumentException">Not a 16-bit format, a length out of range, or a source that does not hold
    /// inputs · outputs numbers.</exception>
    public static PackedMatrix Pack(ReadOnlySpan<ushort> source, WeightFormat format, int inputs, int outputs,
        bool outputsFirst)
    {
        if (format is not (WeightFormat.Float16 or WeightFormat.BFloat16))
            throw new ArgumentOutOfRangeException(nameof(format), format, "Not a 16-bit format.");
        Check(nameof(source), source.Length, inputs, outputs);
        var matrix = new PackedMatrix(inputs, outputs, format)
        {
            Finite = format == WeightFormat.Float16 && IsFinite(source),
        };
        fixed (ushort* from = source)
            Packing.Fill(from, (ushort*)matrix.Address, inputs, outputs, outputsFirst, matrix.Format);
        GC.KeepAlive(matrix);
        return matrix;
    }

    /// <summary>
    /// Wᵀ, in the same format: for the products that gradients go back by.
    /// </summary>
    public PackedMatrix Transpose()
    {
        const int Width = Panels.Width;
        float[] rows = new float[checked(Width * Outputs)];             // a panel of the transpose: [16, outputs]
        var transposed = new PackedMatrix(Outputs, Inputs, Format) { Finite = Finite };
        byte* to = transposed.Address;
        for (int first = 0; first < Inputs; first += Width)
        {
            int width = Math.Min(Width, Inputs - first);
            for (int i = 0; i < width; i++) CopyInput(first + i, rows.AsSpan(i * Outputs));
            rows.AsSpan(width * Outputs).Clear();
            for (int o = 0; o < Outputs; o++, to += Width * Size)
                for (int i = 0; i < Width; i++) Store(to, Panels.Place(i, Format), rows[i * Outputs + o]);
        }
        return transposed;
    }

    // Numbers come from the same format: nothing is rounded.
    private void Store(byte* row, int place, float number)
    {
        if (Format == WeightFormat.Float32) ((float*)row)[place] = number;
        else if (Format == WeightFormat.BFloat16)
            ((ushort*)row)[place] = (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16);
        else ((ushort*)row)[place] = BitConverter.HalfToUInt16Bits((Half)number);
    }

    /// <summary>The same matrix for one more owner, who disposes of it, too.</summary>
    public PackedMatrix Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>Frees the weights, if nobody else shares them.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) == 0) _weights.Free();
    }

    /// <summary>Copies the weights of one output, W[:, output], widened: a row of a tied embedding.</summary>
    /// <param name="output">0 to <see cref="Outputs"/> − 1.</param>
    /// <param name="destination">[inputs] or longer.</param>
    /// <exception cref="ArgumentException">No such output, or too short a destination.</exception>
    public void CopyOutput(int output, Span<float> destination)
    {
        if ((uint)output >= (uint)Outputs) ThrowIndex(nameof(output), output, Outputs);
        if (destination.Length < Inputs) ThrowShort(nameof(destination), destination.Length, Inputs);
        byte* row = Address + output / Panels.Width * PanelBytes;
        int o = output % Panels.Width;
        for (int i = 0; i < Inputs; i++, row += Panels.Width * Size)
        {
            destination[i] = Format switch
            {
                WeightFormat.Float16 => ScalarLanes.WidenFloat16((uint*)row, o),
                WeightFormat.BFloat16 => ScalarLanes.WidenBFloat16((uint*)row, o),
                _ => ((float*)row)[o],
            };
        }
        GC.KeepAlive(this);
    }

    /// <summary>Copies the weights of one input, W[input, :], widened.</summary>
    /// <param name="input">0 to <see cref="Inputs"/> − 1.</param>
    /// <param name="destination">[outputs] or longer.</param>
    /// <exception cref="ArgumentException">No such input, or too short a destination.</exception>
    public void CopyInput(int input, Span<float> destination)
    {
        if ((uint)input >= (uint)Inputs) ThrowIndex(nameof(input), input, Inputs);
        if (destination.Length < Outputs) ThrowShort(nameof(destination), destination.Length, Outputs);
        float* wide = stackalloc float[Panels.Width];
        byte* w = Address + (nint)input * Panels.Width * Size;
        for (int o = 0; o < Outputs; o += Panels.Width, w += PanelBytes)
        {
            float* row = (float*)w;
            if (Format != WeightFormat.Float32) Kernel.Current.Widen(w, Format, row = wide, 1);
            new ReadOnlySpan<float>(row, Math.Min(Panels.Width, Outputs - o)).CopyTo(destination[o..]);
        }
        GC.KeepAlive(this);
    }

    private static bool IsFinite(ReadOnlySpan<ushort> float16)
    {
        foreach (ushort number in float16)
            if ((number & Float16.Infinity) == Float16.Infinity) return false;
        return true;
    }

    private static void Check(string name, int length, int inputs, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputs);
        ArgumentOutOfRangeException.ThrowIfNegative(outputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputs, MaxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs, MaxLength);
        if (length != (long)inputs * outputs)
            throw new ArgumentException(
                $"A matrix of {inputs} inputs and {outputs} outputs has {(long)inputs * outputs} weights, the source "
                + $"{length}.",
                name);
    }

    [DoesNotReturn]
    private static void ThrowIndex(string name, int value, int bound) =>
        throw new ArgumentOutOfRangeException(name, value, $"Must be at least 0 and below {bound}.");

    [DoesNotReturn]
    private static void ThrowShort(string name, int length, int needed) =>
        throw new ArgumentException($"Holds {length} numbers, {needed} are needed.", name);
}
