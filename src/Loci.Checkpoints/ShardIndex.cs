using System.Text.Json;

namespace Loci.Checkpoints;

/// <summary>
/// <c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>: which shard holds which tensor. Its
/// <c>metadata.total_size</c> is not compared:
/// published indexes are stale there, and the shards' own headers are exact.
/// </summary>
/// <param name="WeightMap">File name of a shard, beside the index, by tensor name.</param>
internal sealed record ShardIndex(IReadOnlyDictionary<string, string> WeightMap)
{
    private const int MaxBytes = 32 << 20; // the index of a model of a trillion parameters takes some 10 MB
    private const int MaxDepth = 16;

    /// <summary>The shards, each once, in ordinal order.</summary>
    public IEnumerable<string> Shards =>
        WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    public static ShardIndex Read(string path)
    {
        using var file = MappedFile.Open(path);
        return file.Length <= MaxBytes
            ? Parse(file.Bytes(0, (int)file.Length), path)
            : throw new InvalidFileException(path, $"is {file.Length} bytes long; an index has at most {MaxBytes}");
    }

    public static ShardIndex Parse(ReadOnlySpan<byte> json, string path)
    {
        FileKind.Refuse(json, path, "an index of shards (JSON)", FileKind.Json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        Dictionary<string, string>? map = null;
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("an object was expected");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!reader.ValueTextEquals("weight_map"u8)) reader.Skip();
                else if (map is null) map = ReadMap(ref reader, path);
                else throw new InvalidFileException(path, "has weight_map twice", reader.TokenStartIndex);
            }
            while (reader.Read()) { } // anything but white space after the object is a JsonException
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(
                path, $"is not the JSON of a shard index: {e.Message}", reader.TokenStartIndex, e);
        }
        catch (InvalidOperationException e) // what the JSON reader says of text that is not Unicode
        {
            throw new InvalidFileException(path, "holds text that is not Unicode", reader.TokenStartIndex, e);
        }
        return new(map ?? throw new InvalidFileException(path, "has no weight_map"));
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader, string path)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("weight_map is no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new JsonException("a shard name is no text");
            string shard = reader.GetString()!;
            if (!IsPlainFileName(shard))
                throw new InvalidFileException(path,
                    $"names the shard {ErrorText.Quote(shard)}; a file name beside the index was expected",
                    reader.TokenStartIndex);
            if (!map.TryAdd(name, shard))
                throw new InvalidFileException(
                    path, $"maps tensor {ErrorText.Quote(name)} twice", reader.TokenStartIndex);
        }
        return map;
    }

    /// <summary>
    /// No folder, no drive, no parent, nothing a shell or a terminal would interpret: only the usual characters.
    /// </summary>
    private static bool IsPlainFileName(string name) =>
        name.Length is > 0 and <= 255 && Path.GetExtension(name) is ".safetensors" or ".bin" or ".pt" or ".pth"
            && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
