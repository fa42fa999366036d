using System.Text.Json;

namespace Loci.Tokenizers.Pipeline;

/// <summary>
/// One value of a hostile JSON file with the place it stands at: every access checks the kind and, where it is wrong,
/// says so by name («model.vocab.the»).
/// </summary>
internal readonly struct JsonField(JsonElement element, string file, string name)
{
    public JsonElement Element => element;

    public string File => file;

    /// <summary>The way from the root, for messages: «model.vocab».</summary>
    public string Name => name;

    public bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public bool IsString => element.ValueKind == JsonValueKind.String;

    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>A member; a missing one is a field for which <see cref="IsNull"/> holds.</summary>
    public JsonField this[string member]
    {
        get
        {
            if (!IsObject) throw Invalid("an object is expected");
            string inner = name.Length == 0 ? member : $"{name}.{member}";
            try
            {
                return new(element.TryGetProperty(member, out var found) ? found : default, file, inner);
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidFileException(file, $"{inner}: a name beside it is not valid text", null, e);
            }
        }
    }

    public IEnumerable<JsonField> Items()
    {
        if (!IsArray) throw Invalid("an array is expected");
        int index = 0;
        foreach (var item in element.EnumerateArray()) yield return new(item, file, $"{name}[{index++}]");
    }

    public IEnumerable<(string Key, JsonField Value)> Members()
    {
        if (!IsObject) throw Invalid("an object is expected");
        foreach (var member in element.EnumerateObject())
        {
            string key;
            try
            {
                key = member.Name;
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidFileException(file, $"{name}: a name is not valid text", null, e);
            }
            yield return (key, new(member.Value, file, name.Length == 0 ? key : $"{name}.{key}"));
        }
    }

    public string String()
    {
        if (!IsString) throw Invalid("a string is expected");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidFileException(
                file, $"{name}: not valid text (half a surrogate pair, or bytes that are not UTF-8)", null, e);
        }
    }

    public string? StringOrNull() => IsNull ? null : String();

    public int Int() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value)
            ? value
            : throw Invalid("a whole number of at most 32 bits is expected");

    public double Double()
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out double value)
            || !double.IsFinite(value))
            throw Invalid("a finite number is expected");
        return value;
    }

    public bool Bool(bool missing) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => missing,
        _ => throw Invalid("true or false is expected"),
    };

    /// <summary>The one character a string holds.</summary>
    public string Character(string? missing = null)
    {
        if (IsNull && missing is not null) return missing;
        string text = String();
        bool one = text.Length == 1 || (text.Length == 2 && char.IsHighSurrogate(text[0]));
        return one ? text : throw Invalid($"one character is expected, not «{text}»");
    }

    public InvalidFileException Invalid(string problem) => new(file, name.Length == 0 ? problem : $"{name}: {problem}");

    /// <summary>The refusal of something well formed that is not implemented exactly.</summary>
    public UnsupportedException Refuse(string what) =>
        new($"{file}: {(name.Length == 0 ? "" : name + ": ")}{what} is not supported");
}
