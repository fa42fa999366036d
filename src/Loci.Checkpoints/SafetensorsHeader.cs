using System.Buffers.Binary;

namespace Loci.Checkpoints;

/// <summary>
/// What the header of a safetensors file says, checked: 8 bytes of length, little-endian, then that much JSON.
/// </summary>
/// <param name="Tensors">By name.</param>
/// <param name="Metadata">Free text of the file's writer.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, TensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Bytes of the length that the file starts with.</summary>
    public const int LengthBytes = 8;

    /// <summary>Most bytes of JSON, the bound of the format's reference implementation.</summary>
    public const int MaxJsonBytes = 100_000_000;

    /// <summary>The key that holds metadata instead of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    public static SafetensorsHeader Read(MappedFile file) =>
        Parse(file.Bytes(0, (int)Math.Min(file.Length, LengthBytes + (long)MaxJsonBytes)), file.Length, file.Path);

    /// <summary>Reads and checks a header.</summary>
    /// <param name="start">The file from its first byte; what follows the header is not looked at.</param>
    /// <param name="fileLength">Length of the whole file in bytes.</param>
    /// <param name="path">Where it came from, for errors.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> start, long fileLength, string path)
    {
        FileKind.Refuse(start, path, "a safetensors file", FileKind.Safetensors);
        if (start.Length < LengthBytes)
            throw new InvalidFileException(
                path, $"is {fileLength} bytes long; a safetensors file has at least {LengthBytes}", 0);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaxJsonBytes || length > (ulong)(start.Length - LengthBytes))
            throw new InvalidFileException(path,
                $"announces {length} bytes of header; " +
                $"the file has {fileLength - LengthBytes} more and the format allows {MaxJsonBytes}", 0);
        var json = start.Slice(LengthBytes, (int)length);
        return json.StartsWith("{"u8)
            ? SafetensorsHeaderReader.Read(json, fileLength - LengthBytes - (long)length, path)
            : throw new InvalidFileException(
                path, "its header does not start with «{»: not a safetensors file", LengthBytes);
    }
}
