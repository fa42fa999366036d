using System.Buffers.Binary;
using System.Text;

namespace Loci.Checkpoints.Gguf;

/// <summary>Where a tensor of a GGUF file lies, and how it is packed.</summary>
internal sealed record GgufTensor(TensorInfo Info, GgufFormat Format, long Bytes);

/// <summary>
/// The head of a GGUF file of version 2 or 3: metadata, then the list of tensors
/// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
/// </summary>
internal ref struct GgufHeader
{
    private const int MostPairs = 1 << 16, MostTensors = 1 << 17, MostNameBytes = 64, MostItems = 1 << 24;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _path;
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);
    private int _at = 4;

    private GgufHeader(ReadOnlySpan<byte> bytes, string path)
    {
        _bytes = bytes;
        _path = path;
    }

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The file, or its first 2³¹ − 1 bytes.</param>
    /// <param name="fileLength">Bytes of the whole file, within which all tensors lie.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="values">Receives the metadata.</param>
    public static Dictionary<string, GgufTensor> Read(
        ReadOnlySpan<byte> bytes, long fileLength, string path, out Dictionary<string, object> values)
    {
        var header = new GgufHeader(bytes, path);
        if (!bytes.StartsWith("GGUF"u8)) throw header.Invalid("is no GGUF file", 0);
        uint version = header.U32();
        if ((version & 0xFFFF) == 0) throw new UnsupportedException($"{path}: is a big-endian GGUF file.");
        if (version is not (2 or 3))
            throw new UnsupportedException($"{path}: is a GGUF file of version {version}; 2 and 3 are read.");
        long tensors = header.Count(MostTensors, "tensors"), pairs = header.Count(MostPairs, "keys");
        for (long i = 0; i < pairs; i++)
        {
            string key = header.Text();
            if (!header._values.TryAdd(key, header.Value(header.U32(), nested: false)))
                throw header.Invalid($"has the key {ErrorText.Quote(key)} twice");
        }
        values = header._values;
        header.Tensors(tensors, fileLength);
        return header._tensors;
    }

    private void Tensors(long count, long fileLength)
    {
        long alignment = _values.GetValueOrDefault("general.alignment") is { } stated ? stated as long? ?? 0 : 32;
        if (alignment is < 1 or > 1 << 20 || !long.IsPow2(alignment))
            throw Invalid("general.alignment is no power of two");
        var list = new List<GgufTensor>();
        for (long i = 0; i < count; i++) list.Add(Tensor());
        long start = Aligned(_at, alignment), next = 0;
        foreach (var tensor in list)
        {
            // Writers leave nothing but padding between tensors, and llama.cpp insists on it.
            if (tensor.Info.Offset != next)
                throw Invalid($"tensor {ErrorText.Quote(tensor.Info.Name)} starts at {tensor.Info.Offset} of the data; "
                    + $"{next} was expected");
            if (tensor.Bytes > fileLength - start - next)
                throw Invalid($"tensor {ErrorText.Quote(tensor.Info.Name)} reaches beyond the file: it is cut");
            next = Aligned(next + tensor.Bytes, alignment);
            var placed = tensor with { Info = tensor.Info with { Offset = start + tensor.Info.Offset } };
            if (!_tensors.TryAdd(tensor.Info.Name, placed))
                throw Invalid($"names tensor {ErrorText.Quote(tensor.Info.Name)} twice");
        }
    }

    private GgufTensor Tensor()
    {
        string name = Text();
        if (Encoding.UTF8.GetByteCount(name) >= MostNameBytes)
            throw Invalid($"the name {ErrorText.Quote(name)} is too long");
        uint dimensions = U32();
        if (dimensions is < 1 or > 4) throw Invalid($"tensor {ErrorText.Quote(name)} has {dimensions} dimensions");
        long[] shape = new long[dimensions];
        for (int d = shape.Length - 1; d >= 0; d--) shape[d] = I64(); // the file has the innermost first
        uint id = U32();
        long offset = I64();
        var format = GgufFormat.Of(id) ?? throw new UnsupportedException(
            $"{_path}: tensor {ErrorText.Quote(name)} has the type {id}; those that are read are "
            + $"{string.Join(", ", GgufFormat.All.Select(known => known.Name))}.");
        if (!TensorTypes.TrySize(format.Plain ?? TensorType.Float32, shape, out _) || shape[^1] % format.Numbers != 0)
            throw Invalid($"tensor {ErrorText.Quote(name)} [{string.Join(", ", shape)}] cannot be of {format.Name}");
        var info = new TensorInfo(name, format.Plain ?? TensorType.Float32, [.. shape])
        {
            Offset = offset, BlockFormat = format.Plain is null ? format.Name : null,
        };
        return new(info, format, info.Count / format.Numbers * format.Bytes);
    }

    private object Value(uint type, bool nested)
    {
        switch (type)
        {
            case 0: return (long)Take(1)[0];
            case 1: return (long)(sbyte)Take(1)[0];
            case 2: return (long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
            case 3: return (long)BinaryPrimitives.ReadInt16LittleEndian(Take(2));
            case 4: return (long)U32();
            case 5: return (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4));
            case 6: return (double)BinaryPrimitives.ReadSingleLittleEndian(Take(4));
            case 7: return Take(1)[0] != 0;
            case 8: return Text();
            case 9 when !nested: return List();
            case 10 or 11: return I64();
            case 12: return BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
            default: throw Invalid($"holds a value of the type {type}{(nested ? " in a list" : "")}");
        }
    }

    private object List()
    {
        uint type = U32();
        long count = Count(MostItems, "items of a list");
        if (count > _bytes.Length - _at) throw Invalid($"ends within a list of {count}");
        return type switch
        {
            6 or 12 => Fill<double>(type, count),
            7 => Fill<bool>(type, count),
            8 => Fill<string>(type, count),
            _ => Fill<long>(type, count),
        };
    }

    private T[] Fill<T>(uint type, long count)
    {
        var items = new T[count];
        for (int i = 0; i < items.Length; i++) items[i] = (T)Value(type, nested: true);
        return items;
    }

    private string Text()
    {
        long length = I64();
        if (length < 0 || length > _bytes.Length - _at) throw Invalid($"ends within a text of {length} bytes");
        return Encoding.UTF8.GetString(Take((int)length));
    }

    private long Count(long most, string what) =>
        I64() is var count && count >= 0 && count <= most ? count : throw Invalid($"has {count} {what}, beyond {most}");

    private uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at) throw Invalid("ends within its head");
        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    private static long Aligned(long at, long alignment) => (at + alignment - 1) / alignment * alignment;

    private readonly InvalidFileException Invalid(string problem, long? at = null) => new(_path, problem, at ?? _at);
}
