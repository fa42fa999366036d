namespace Loci.Checkpoints;

/// <summary>
/// The weights of one tensor, as they lie in the mapped file, or copied where the file holds them in another order or
/// in blocks. Valid until the checkpoint is disposed.
/// </summary>
public sealed class Tensor
{
    private readonly MappedFile _file;
    private readonly Lazy<byte[]>? _copy; // of the numbers, row-major

    /// <summary>A tensor of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="info">Name, type and shape, and where the numbers lie if they are not copied.</param>
    /// <param name="copy">Makes the numbers, row-major, when they are first wanted.</param>
    internal Tensor(MappedFile file, TensorInfo info, Func<byte[]>? copy = null)
    {
        if (copy is not null) _copy = new(copy);
        if (info.Count > int.MaxValue)
            throw new UnsupportedException(
                $"{file.Path}: tensor {ErrorText.Quote(info.Name)} {info.ShapeText} holds {info.Count} numbers, more "
                    + $"than {int.MaxValue}");
        (_file, Info) = (file, info);
        if (info.Type is not (TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16))
            throw new UnsupportedException(
                $"{file.Path}: tensor {ErrorText.Quote(info.Name)} is {info.Type.Name()}; weights are read as F32, "
                    + "F16 or BF16");
    }

    /// <summary>Its name, type and shape.</summary>
    public TensorInfo Info { get; }

    /// <summary>How its numbers are held: Float32, Float16 or BFloat16.</summary>
    public TensorType Type => Info.Type;

    /// <summary>How many numbers it holds, at most 2³¹ − 1.</summary>
    public int Count => (int)Info.Count;

    /// <summary>
    /// The numbers of a float32 tensor, row-major: a view of the file, or a copy where the file does not align them.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is 16-bit.</exception>
    public ReadOnlySpan<float> AsFloat32() => Type == TensorType.Float32
        ? Numbers<float>(0, Count)
        : throw new InvalidOperationException(
            $"{ErrorText.Quote(Info.Name)} is {Info.Type.Name()}: use As16Bit or ReadFloats");

    /// <summary>
    /// The raw numbers of a float16 or bfloat16 tensor, row-major: a view of the file, or a copy where the file does
    /// not align them.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is float32.</exception>
    public ReadOnlySpan<ushort> As16Bit() => Type != TensorType.Float32
        ? Numbers<ushort>(0, Count)
        : throw new InvalidOperationException($"{ErrorText.Quote(Info.Name)} is F32: use AsFloat32 or ReadFloats");

    /// <summary>Copies consecutive numbers, widened exactly to float32.</summary>
    /// <param name="start">The first number, counted row-major from 0.</param>
    /// <param name="destination">As many as it holds are copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not all lie within the tensor.</exception>
    public void CopyFloats(int start, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Count - start);
        if (Type == TensorType.Float32)
        {
            Numbers<float>(start, destination.Length).CopyTo(destination);
            return;
        }
        var narrow = Numbers<ushort>(start, destination.Length);
        if (Type == TensorType.BFloat16)
            for (int i = 0; i < narrow.Length; i++) destination[i] = BitConverter.Int32BitsToSingle(narrow[i] << 16);
        else
            for (int i = 0; i < narrow.Length; i++) destination[i] = (float)BitConverter.UInt16BitsToHalf(narrow[i]);
    }

    /// <summary>All numbers, widened exactly to float32; meant for biases, norms and other small tensors.</summary>
    public float[] ReadFloats()
    {
        float[] wide = new float[Count];
        CopyFloats(0, wide);
        return wide;
    }

    private unsafe ReadOnlySpan<T> Numbers<T>(int start, int count) where T : unmanaged => _copy is null
        ? _file.Numbers<T>(Info.Offset + (long)start * sizeof(T), count)
        : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(_copy.Value.AsSpan()).Slice(start, count);
}
