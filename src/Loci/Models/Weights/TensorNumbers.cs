using Loci.Memory.Numerics;

namespace Loci.Models.Weights;

/// <summary>The numbers of a tensor as a source has them: float32, or 16-bit as they were stored.</summary>
public readonly ref struct TensorNumbers
{
    /// <summary>Float32 numbers.</summary>
    /// <param name="wide">Row-major.</param>
    /// <param name="outputsFirst">As in <see cref="OutputsFirst"/>.</param>
    public TensorNumbers(ReadOnlySpan<float> wide, bool outputsFirst = true)
    {
        Wide = wide;
        (Format, OutputsFirst) = (WeightFormat.Float32, outputsFirst);
    }

    /// <summary>16-bit numbers.</summary>
    /// <param name="narrow">Row-major.</param>
    /// <param name="format">Float16 or BFloat16.</param>
    /// <param name="outputsFirst">As in <see cref="OutputsFirst"/>.</param>
    public TensorNumbers(ReadOnlySpan<ushort> narrow, WeightFormat format, bool outputsFirst = true)
    {
        Narrow = narrow;
        (Format, OutputsFirst) = (format, outputsFirst);
    }

    /// <summary>The numbers, where they are float32.</summary>
    public ReadOnlySpan<float> Wide { get; }

    /// <summary>The numbers, where they are not.</summary>
    public ReadOnlySpan<ushort> Narrow { get; }

    /// <summary>How they are held.</summary>
    public WeightFormat Format { get; }

    /// <summary>True where a matrix stands as [outputs, inputs], false for [inputs, outputs].</summary>
    public bool OutputsFirst { get; }

    /// <summary>How many.</summary>
    public int Count => Format == WeightFormat.Float32 ? Wide.Length : Narrow.Length;

    /// <summary>Float32 numbers in a format; narrowed exactly, or refused.</summary>
    /// <exception cref="ArgumentException">A number does not fit the format exactly.</exception>
    internal static TensorNumbers Of(float[] numbers, WeightFormat format)
    {
        if (format == WeightFormat.Float32) return new(numbers);
        ushort[] narrow = new ushort[numbers.Length];
        for (int i = 0; i < narrow.Length; i++)
        {
            narrow[i] = format == WeightFormat.BFloat16
                ? (ushort)(BitConverter.SingleToUInt32Bits(numbers[i]) >> 16) : BitConverter.HalfToUInt16Bits(
                    (Half)numbers[i]);
            if (!(Widen(narrow[i], format) == numbers[i]))
                throw new ArgumentException($"{numbers[i]} is no number of {format}", nameof(numbers));
        }
        return new(narrow, format);
    }

    /// <summary>A copy, widened exactly, in the order they stand in.</summary>
    public float[] ToFloats()
    {
        if (Format == WeightFormat.Float32) return Wide.ToArray();
        float[] wide = new float[Narrow.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = Widen(Narrow[i], Format);
        return wide;
    }

    /// <summary>Packs a matrix.</summary>
    internal PackedMatrix Pack(int inputs, int outputs) => Format == WeightFormat.Float32
        ? PackedMatrix.Pack(
            Wide, inputs, outputs, OutputsFirst) : PackedMatrix.Pack(Narrow, Format, inputs, outputs, OutputsFirst);

    /// <summary>Some outputs of a matrix, [picked, inputs].</summary>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector.</param>
    /// <param name="picked">The outputs to keep, in this order.</param>
    internal TensorNumbers Pick(int inputs, int outputs, int[] picked) => Format == WeightFormat.Float32
        ? new(Pick(Wide, inputs, outputs, OutputsFirst, picked)) : new(
            Pick(Narrow, inputs, outputs, OutputsFirst, picked), Format);

    private static T[] Pick<T>(ReadOnlySpan<T> source, int inputs, int outputs, bool outputsFirst, int[] picked)
    {
        T[] some = new T[checked(inputs * picked.Length)];              // [picked, inputs]
        for (int n = 0; n < picked.Length; n++)
        {
            var row = some.AsSpan(n * inputs, inputs);
            if (outputsFirst) source.Slice(picked[n] * inputs, inputs).CopyTo(row);
            else
                for (int i = 0; i < inputs; i++) row[i] = source[i * outputs + picked[n]];
        }
        return some;
    }

    private static float Widen(ushort number, WeightFormat format) => format == WeightFormat.BFloat16
        ? BitConverter.Int32BitsToSingle(number << 16) : (float)BitConverter.UInt16BitsToHalf(number);
}
