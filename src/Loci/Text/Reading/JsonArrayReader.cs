using System.Text;
using System.Text.Json;

namespace Loci.Text.Reading;

/// <summary>
/// One JSON array of strings, or of objects with the text in a field, read token by token: memory is bounded by the
/// largest single value, not by the array.
/// </summary>
internal sealed class JsonArrayReader(string path, CorpusOptions options, CorpusStatistics statistics)
    : DocumentReader(path, options, statistics, null)
{
    private readonly string _fieldName = options.Field;
    private readonly byte[] _field = Encoding.UTF8.GetBytes(options.Field);
    private readonly int _longest = LongestValue(options);
    private JsonReaderState _state = new(new() { MaxDepth = 256 });
    private JsonTokenType _token;
    private int _depth;
    private int _unpaired; // surrogate escapes without partner in the last string
    private long _element = -1;
    private bool _inObject; // its field has been handed out

    public override bool HasPlaces => false;

    protected override bool TryRead(out ReadOnlySpan<byte> document)
    {
        if (_element < 0)
        {
            RequireToken(out _);
            if (_token != JsonTokenType.StartArray)
                throw Invalid("not a JSON array of texts (a file with one object a line is a .jsonl)");
            _element = 0;
        }

        if (_inObject) PassTo(depth: 1);
        _inObject = false;
        RequireToken(out document);
        _element++;
        switch (_token)
        {
            case JsonTokenType.String:
                CountInvalidSequences(_unpaired);
                return true;
            case JsonTokenType.StartObject:
                document = FieldOfObject();
                CountInvalidSequences(_unpaired);
                return _inObject = true;
            case JsonTokenType.EndArray:
                if (ReadToken(out _)) throw Invalid("text after the array");
                _element--;
                return false;
            default:
                throw Invalid($"element {_element} is neither a string nor an object");
        }
    }

    private ReadOnlySpan<byte> FieldOfObject()
    {
        while (true)
        {
            RequireToken(out var name);
            if (_token == JsonTokenType.EndObject) throw Invalid($"element {_element} has no field \"{_fieldName}\"");
            bool wanted = name.SequenceEqual(_field);
            RequireToken(out var text);
            if (wanted)
                return _token == JsonTokenType.String ? text
                    : throw Invalid($"element {_element}: the field \"{_fieldName}\" is not a string");
            if (_token is JsonTokenType.StartObject or JsonTokenType.StartArray) PassTo(depth: 2);
        }
    }

    /// <summary>Reads on to the end of the value that is open at a depth.</summary>
    private void PassTo(int depth)
    {
        do RequireToken(out _);
        while (_token is not (JsonTokenType.EndObject or JsonTokenType.EndArray) || _depth > depth);
    }

    private void RequireToken(out ReadOnlySpan<byte> text)
    {
        if (!ReadToken(out text)) throw Invalid("the array is cut short");
    }

    private bool ReadToken(out ReadOnlySpan<byte> text)
    {
        text = default;
        try
        {
            while (true)
            {
                var unread = Window.Unread;
                var reader = new Utf8JsonReader(unread, Window.Ended, _state);
                if (reader.Read())
                {
                    if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                        text = JsonString.Bytes(reader, out _unpaired);
                    (_token, _depth, _state) = (reader.TokenType, reader.CurrentDepth, reader.CurrentState);
                    Window.Skip((int)reader.BytesConsumed);
                    return true;
                }

                if (Window.Ended) return false;
                if (unread.Length > _longest)
                    throw Invalid($"element {_element}: a value longer than {_longest} bytes");
                Window.Extend();
            }
        }
        catch (JsonException e)
        {
            throw Invalid($"element {_element + 1}: not valid JSON", e);
        }
    }

    private InvalidFileException Invalid(string problem, Exception? inner = null) =>
        new(Path, problem, Window.Position, inner);
}
