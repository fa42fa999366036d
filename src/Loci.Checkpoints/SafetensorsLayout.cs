using System.Buffers.Binary;
using System.Text.Json;

namespace Loci.Checkpoints;

/// <summary>The header of a file to be written, and where each tensor's numbers will go.</summary>
/// <param name="Header">The first bytes of the file, a multiple of 8.</param>
/// <param name="Tensors">With their offsets in the file, by name.</param>
internal sealed record SafetensorsLayout(byte[] Header, IReadOnlyDictionary<string, TensorInfo> Tensors)
{
    /// <summary>
    /// Places tensors, wide types first so that each is aligned, as the format's reference implementation does.
    /// </summary>
    public static SafetensorsLayout Of(IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var ordered = tensors.OrderByDescending(tensor => tensor.Type.Bits())
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray();
        var begins = new long[ordered.Length];
        byte[] header = WriteHeader(ordered, metadata, begins);
        var placed = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        for (int i = 0; i < ordered.Length; i++)
            if (!placed.TryAdd(ordered[i].Name, ordered[i] with { Offset = header.Length + begins[i] }))
                throw new ArgumentException(
                    $"two tensors are named {ErrorText.Quote(ordered[i].Name)}", nameof(tensors));
        return new(header, placed);
    }

    private static byte[] WriteHeader(TensorInfo[] ordered, IReadOnlyDictionary<string, string> metadata, long[] begins)
    {
        using var header = new MemoryStream();
        header.Write(stackalloc byte[SafetensorsHeader.LengthBytes]);
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, text) in metadata) json.WriteString(key, text);
                json.WriteEndObject();
            }
            long end = 0;
            for (int i = 0; i < ordered.Length; i++)
            {
                begins[i] = end;
                end = Describe(json, ordered[i], end);
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        long length = header.Length - SafetensorsHeader.LengthBytes;
        if (length > SafetensorsHeader.MaxJsonBytes)
            throw new ArgumentException($"the header takes {length} bytes, more than {SafetensorsHeader.MaxJsonBytes}");
        byte[] bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return bytes;
    }

    private static long Describe(Utf8JsonWriter json, TensorInfo tensor, long begin)
    {
        if (tensor.Name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"no tensor can be named {SafetensorsHeader.MetadataKey}");
        if (tensor.Type is not (TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16))
            throw new ArgumentException(
                $"tensor {ErrorText.Quote(tensor.Name)} is {tensor.Type.Name()}; F32, F16 and BF16 are written");
        if (!TensorTypes.TrySize(tensor.Type, tensor.Shape.AsSpan(), out long bytes)
            || bytes > long.MaxValue / 2 - begin)
            throw new ArgumentException(
                $"tensor {ErrorText.Quote(tensor.Name)} has the shape {tensor.ShapeText}, which is too large or "
                    + "negative");
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype"u8, tensor.Type.Name());
        json.WriteStartArray("shape"u8);
        foreach (long extent in tensor.Shape) json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets"u8);
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + bytes);
        json.WriteEndArray();
        json.WriteEndObject();
        return begin + bytes;
    }
}
