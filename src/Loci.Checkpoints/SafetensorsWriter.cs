using System.Runtime.InteropServices;

namespace Loci.Checkpoints;

/// <summary>
/// Writes a safetensors file of float32, float16 and bfloat16 tensors. Names and shapes are given first; then numbers
/// are appended to any tensor in any order, so that nothing is held in memory. The file appears under its name when
/// <see cref="Complete"/> is called, whole; without that call nothing is left behind.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private readonly AtomicFile _file;
    private readonly IReadOnlyDictionary<string, TensorInfo> _tensors;
    private readonly Dictionary<string, long> _written = new(StringComparer.Ordinal); // numbers, by tensor
    private readonly byte[] _block = new byte[1 << 16];

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its name; a file that has it is replaced on completion.</param>
    /// <param name="tensors">Names, types and shapes; offsets are ignored.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <exception cref="ArgumentException">A name is used twice, or a type or shape cannot be written.</exception>
    /// <exception cref="LociException">The file cannot be written.</exception>
    public SafetensorsWriter(
        string path, IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var layout = SafetensorsLayout.Of(tensors, metadata ?? new Dictionary<string, string>());
        _tensors = layout.Tensors;
        foreach (string name in _tensors.Keys) _written.Add(name, 0);
        _file = new(path);
        try
        {
            Write(layout.Header, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes a whole file of float32 tensors.</summary>
    public static void WriteAll(string path, params ReadOnlySpan<(string Name, long[] Shape, float[] Values)> tensors)
    {
        using var writer = new SafetensorsWriter(
            path, tensors.ToArray().Select(
                tensor => new TensorInfo(tensor.Name, TensorType.Float32, [.. tensor.Shape])));
        foreach (var (name, _, values) in tensors) writer.Append(name, values);
        writer.Complete();
    }

    /// <summary>Appends numbers to a tensor, rounding to its type (to nearest, ties to even).</summary>
    /// <exception cref="ArgumentException">There is no such tensor, or it would hold more than its shape
    /// says.</exception>
    /// <exception cref="LociException">The file cannot be written.</exception>
    public void Append(string name, ReadOnlySpan<float> values)
    {
        long at = Reserve(name, values.Length, out var type);
        if (type == TensorType.Float32)
        {
            Write(MemoryMarshal.AsBytes(values), at);
            return;
        }
        var narrow = MemoryMarshal.Cast<byte, ushort>(_block.AsSpan());
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, narrow.Length)..])
        {
            int count = Math.Min(values.Length, narrow.Length);
            for (int i = 0; i < count; i++)
                narrow[i] = type == TensorType.Float16
                    ? BitConverter.HalfToUInt16Bits((Half)values[i])
                    : ToBFloat16(values[i]);
            Write(_block.AsSpan(0, count * sizeof(ushort)), at);
            at += count * sizeof(ushort);
        }
    }

    /// <summary>Appends raw 16-bit numbers to a float16 or bfloat16 tensor.</summary>
    /// <exception cref="ArgumentException">There is no such tensor, it is float32, or it would hold more than its shape
    /// says.</exception>
    /// <exception cref="LociException">The file cannot be written.</exception>
    public void Append(string name, ReadOnlySpan<ushort> values)
    {
        if (_tensors.TryGetValue(name, out var info) && info.Type == TensorType.Float32)
            throw new ArgumentException($"tensor {ErrorText.Quote(name)} is F32; raw 16-bit numbers do not fit",
                nameof(name));
        Write(MemoryMarshal.AsBytes(values), Reserve(name, values.Length, out _));
    }

    /// <summary>Puts the finished file in its place.</summary>
    /// <exception cref="InvalidOperationException">A tensor lacks numbers.</exception>
    /// <exception cref="LociException">The file cannot be written.</exception>
    public void Complete()
    {
        foreach (var (name, info) in _tensors)
            if (_written[name] != info.Count)
                throw new InvalidOperationException(
                    $"tensor {ErrorText.Quote(name)} {info.ShapeText} has {_written[name]} "
                    + $"of its {info.Count} numbers");
        _file.Commit();
    }

    /// <summary>Closes the file; one that was not completed is deleted.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The upper half of a float32, rounded to nearest, ties to even; a NaN stays a NaN.</summary>
    internal static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)(bits >> 16 | 0x40) : (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }

    /// <summary>Claims the next numbers of a tensor; gives where they go in the file.</summary>
    private long Reserve(string name, int count, out TensorType type)
    {
        if (!_tensors.TryGetValue(name, out var info))
            throw new ArgumentException($"no tensor was announced as {ErrorText.Quote(name)}", nameof(name));
        long before = _written[name];
        if (count > info.Count - before)
            throw new ArgumentException(
                $"tensor {ErrorText.Quote(name)} {info.ShapeText} has {before} numbers; {count} more do not fit",
                nameof(name));
        _written[name] = before + count;
        type = info.Type;
        return info.Offset + before * (type.Bits() / 8);
    }

    private void Write(ReadOnlySpan<byte> bytes, long at)
    {
        _file.Stream.Position = at;
        _file.Stream.Write(bytes);
    }
}
