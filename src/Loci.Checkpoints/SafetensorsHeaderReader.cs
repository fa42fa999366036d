using System.Collections.Immutable;
using System.Text.Json;

namespace Loci.Checkpoints;

/// <summary>
/// The JSON of a safetensors header, read strictly: every name once, every field once, sizes that agree with type and
/// shape, and data that the tensors cover without overlap, hole or remainder.
/// </summary>
internal ref struct SafetensorsHeaderReader
{
    private const int MaxDepth = 8; // the format nests three deep; metadata and unknown fields may not go far beyond

    private readonly string _path;
    private readonly long _dataStart;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;
    private bool _hasMetadata;

    private SafetensorsHeaderReader(ReadOnlySpan<byte> json, string path)
    {
        _json = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        (_path, _dataStart) = (path, SafetensorsHeader.LengthBytes + json.Length);
    }

    public static SafetensorsHeader Read(ReadOnlySpan<byte> json, long dataLength, string path)
    {
        var reader = new SafetensorsHeaderReader(json, path);
        try
        {
            reader.ReadHeader();
        }
        catch (JsonException e)
        {
            throw reader.Invalid($"its header is not the JSON of a safetensors file: {e.Message}", e);
        }
        catch (InvalidOperationException e) // what the JSON reader says of text that is not Unicode
        {
            throw reader.Invalid("its header holds text that is not Unicode", e);
        }
        reader.CheckLayout(dataLength);
        return new(reader._tensors, reader._metadata);
    }

    private void ReadHeader()
    {
        _json.Read();
        while (ReadName() is { } name)
        {
            if (name == SafetensorsHeader.MetadataKey) ReadMetadata();
            else if (!_tensors.TryAdd(name, ReadTensor(name)))
                throw Invalid($"names tensor {ErrorText.Quote(name)} twice");
        }
        while (_json.Read()) { } // anything but white space after the object is a JsonException
    }

    private void ReadMetadata()
    {
        if (_hasMetadata) throw Invalid("has its metadata twice");
        _hasMetadata = true;
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null) return; // written by some tools for «none»
        Expect(JsonTokenType.StartObject, "metadata");
        while (ReadName() is { } key)
        {
            _json.Read();
            Expect(JsonTokenType.String, "metadata text");
            if (!_metadata.TryAdd(key, _json.GetString()!))
                throw Invalid($"has the metadata {ErrorText.Quote(key)} twice");
        }
    }

    private TensorInfo ReadTensor(string name)
    {
        (TensorType Type, string Name)? type = null;
        ImmutableArray<long>? shape = null, offsets = null;
        _json.Read();
        Expect(JsonTokenType.StartObject, $"an object for {ErrorText.Quote(name)}");
        while (ReadName() is { } field)
        {
            bool again = field switch
            {
                "dtype" => type.HasValue,
                "shape" => shape.HasValue,
                "data_offsets" => offsets.HasValue,
                _ => false,
            };
            if (again) throw Invalid($"tensor {ErrorText.Quote(name)} has {field} twice");
            if (field == "dtype") type = ReadType(name);
            else if (field == "shape") shape = ReadIntegers(name);
            else if (field == "data_offsets") offsets = ReadIntegers(name);
            else _json.Skip();
        }
        if (type is not { } t || shape is not { } s || offsets is not { } o)
            throw Invalid($"tensor {ErrorText.Quote(name)} lacks dtype, shape or data_offsets");
        if (o.Length != 2 || o[1] < o[0])
            throw Invalid($"tensor {ErrorText.Quote(name)} has the data_offsets [{string.Join(", ", o.Take(4))}]; " +
                "[begin, end] was expected");
        if (o[1] > long.MaxValue - _dataStart)
            throw Invalid($"tensor {ErrorText.Quote(name)} ends at {o[1]}, outside any file");
        var info = new TensorInfo(name, t.Type, s) { Offset = _dataStart + o[0] };
        if (!TensorTypes.TrySize(t.Type, s.AsSpan(), out long bytes))
            throw Invalid($"tensor {ErrorText.Quote(name)} has a shape whose size in bytes is no 63-bit number");
        return bytes == o[1] - o[0]
            ? info
            : throw Invalid($"tensor {ErrorText.Quote(name)} {info.ShapeText} of {t.Name} takes {bytes} bytes, " +
                $"but its data_offsets span {o[1] - o[0]}");
    }

    private (TensorType, string) ReadType(string name)
    {
        _json.Read();
        Expect(JsonTokenType.String, "dtype");
        string dtype = _json.GetString()!;
        return TensorTypes.TryParse(dtype, out var type)
            ? (type, dtype)
            : throw Invalid(
                $"tensor {ErrorText.Quote(name)} has the dtype {ErrorText.Quote(dtype)}, which the format does not "
                    + "define");
    }

    private ImmutableArray<long> ReadIntegers(string name)
    {
        _json.Read();
        Expect(JsonTokenType.StartArray, $"a list of integers for {ErrorText.Quote(name)}");
        var integers = ImmutableArray.CreateBuilder<long>(2);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.Number, $"an integer for {ErrorText.Quote(name)}");
            if (!_json.TryGetInt64(out long integer) || integer < 0)
                throw Invalid($"tensor {ErrorText.Quote(name)} has a number that is no integer from 0 to 2^63 - 1");
            integers.Add(integer);
        }
        return integers.ToImmutable();
    }

    private readonly void CheckLayout(long dataLength)
    {
        long end = _dataStart;
        string? before = null;
        foreach (var tensor in _tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength))
        {
            string after = before is null ? "the data starts at" : $"{ErrorText.Quote(before)} ends at";
            if (tensor.Offset != end)
                throw new InvalidFileException(_path,
                    $"tensor {ErrorText.Quote(tensor.Name)} starts at {tensor.Offset} but {after} {end}: " +
                    (tensor.Offset < end ? "they overlap" : "there is a hole between"), tensor.Offset);
            (end, before) = (tensor.Offset + tensor.ByteLength, tensor.Name);
        }
        if (end != _dataStart + dataLength)
            throw new InvalidFileException(_path,
                $"its tensors end at {end}, the file at {_dataStart + dataLength}: " +
                (end > _dataStart + dataLength ? "it is cut" : "bytes are left over"),
                    Math.Min(end, _dataStart + dataLength));
    }

    /// <summary>The next name of the object being read; null at its end.</summary>
    private string? ReadName() =>
        _json.Read() && _json.TokenType == JsonTokenType.PropertyName ? _json.GetString() : null;

    private readonly void Expect(JsonTokenType type, string what)
    {
        if (_json.TokenType != type) throw Invalid($"its header has {_json.TokenType} where it needs {what}");
    }

    private readonly InvalidFileException Invalid(string problem, Exception? inner = null) =>
        new(_path, problem, SafetensorsHeader.LengthBytes + _json.TokenStartIndex, inner);
}
