using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loci.Memory.Numerics;

namespace Loci.Models.Families;

/// <summary>
/// A checkpoint's <c>config.json</c>, read with checks: every error names the file, the field and its value.
/// </summary>
internal sealed class ModelConfig
{
    private const int Largest = 1 << 24; // no dimension of a real model comes near it, and products of two fit a long

    /// <summary>
    /// Many times what any model has; what is kept by layer before the tensors are known stays small.
    /// </summary>
    public const int MostLayers = 1 << 13;

    private readonly JsonElement _root;

    private ModelConfig(string path, JsonElement root) => (Path, _root) = (path, root);

    public string Path { get; }

    /// <summary>Its fields, to be written again.</summary>
    public JsonObject ToJson() => JsonObject.Create(_root)!;

    /// <exception cref="LociException">The file cannot be read, is too large or is no JSON object.</exception>
    public static ModelConfig Load(string path) => Parse(InputFile.Read(path, InputFile.MostJsonBytes), path);

    /// <summary>Reads the bytes of a config.</summary>
    /// <param name="json">The file.</param>
    /// <param name="path">What messages call it.</param>
    public static ModelConfig Parse(ReadOnlyMemory<byte> json, string path)
    {
        FileKind.Refuse(json.Span, path, "a description in JSON", FileKind.Json);
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(
                json, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidFileException(path, "is not a JSON object");
            CheckTexts(document.RootElement);
            return new(path, document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(path, $"is not JSON: {e.Message}", inner: e);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidFileException(path, $"holds text that is none: {e.Message}", inner: e);
        }
    }

    /// <summary>True where the field stands in the file, be it null.</summary>
    public bool Mentions(string name) => _root.TryGetProperty(name, out _);

    public bool Has(string name) => _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A positive whole number.</summary>
    public int Size(string name, int most = Largest) => OptionalSize(name, most) ?? throw Missing(name);

    public int? OptionalSize(string name, int most = Largest) =>
        Property(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int size) && size > 0 && size <= most ? size
        : throw Bad(name, value, $"a whole number from 1 to {most}");

    /// <summary>A token id; none where it is null, absent or -1.</summary>
    public int? TokenId(string name) => Property(name) is { } value ? IdOf(name, value) : null;

    /// <summary>One id or a list of ids.</summary>
    public IReadOnlyList<int> TokenIds(string name) =>
        Property(name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => IdOf(name, item)).OfType<int>()]
            : TokenId(name) is { } id ? [id] : [];

    /// <summary>A whole number from 0.</summary>
    public int Whole(string name, int fallback) =>
        Property(name) is not { } value ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole) && whole >= 0 ? whole
        : throw Bad(name, value, $"a whole number from 0 to {int.MaxValue}");

    /// <summary>
    /// A number in the range of its field, see <see cref="NumberRanges"/>; as float32 it is
    /// finite and in the range too.
    /// </summary>
    public double Number(string name, double fallback) => OptionalNumber(name) ?? fallback;

    /// <summary>The same, or null where the field is null or absent.</summary>
    public double? OptionalNumber(string name) => Property(name) is { } value ? NumberOf(name, value) : null;

    public bool Flag(string name, bool fallback) => Property(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Bad(name, value, "true or false"),
    };

    public string? Text(string name) => Property(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Bad(name, value, "a string"),
    };

    public IReadOnlyList<string>? Texts(string name) => Property(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray()
            .All(e => e.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(e => e.GetString()!)],
        { } value => throw Bad(name, value, "a list of strings"),
    };

    /// <summary>
    /// Words that a list says in groups: [[["a", "b"], 2]] is a, b, a, b. Null where it is not there.
    /// </summary>
    public IReadOnlyList<string>? Repeated(string name)
    {
        if (Property(name) is not { } groups) return null;
        var words = new List<string>();
        if (groups.ValueKind != JsonValueKind.Array) throw Bad(name, groups, "a list of groups");
        foreach (var group in groups.EnumerateArray())
        {
            if (group.ValueKind != JsonValueKind.Array || group.GetArrayLength() != 2
                || group[0].ValueKind != JsonValueKind.Array || !group[1].TryGetInt32(out int times)
                || times is < 1 or > MostLayers || words.Count > MostLayers)
                throw Bad(name, group, "a list of words and how often they come");
            string[] each = [.. group[0].EnumerateArray().Select(word => word.ValueKind == JsonValueKind.String
                ? word.GetString()!
                : throw Bad(name, word, "a word"))];
            for (int i = 0; i < times && words.Count <= MostLayers; i++) words.AddRange(each);
        }
        return words;
    }

    /// <summary>A nested object with the same checks, or null.</summary>
    public ModelConfig? Section(string name) => Property(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new($"{Path}, {name}", value),
        { } value => throw Bad(name, value, "an object"),
    };

    /// <summary>A list of nested objects with the same checks.</summary>
    public IReadOnlyList<ModelConfig> Sections(string name) => Property(name) switch
    {
        null => throw Missing(name),
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray()
            .All(e => e.ValueKind == JsonValueKind.Object) =>
            [.. list.EnumerateArray().Select((element, i) => new ModelConfig($"{Path}, {name}[{i}]", element))],
        { } value => throw Bad(name, value, "a list of objects"),
    };

    /// <summary>A list of numbers in the range of their field.</summary>
    public IReadOnlyList<double> Numbers(string name) => Property(name) switch
    {
        null => throw Missing(name),
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(e => NumberOf(name, e))],
        { } value => throw Bad(name, value, "a list of numbers"),
    };

    /// <summary>One of several words.</summary>
    public T Choice<T>(string name, IReadOnlyDictionary<string, T> choices)
    {
        string text = Text(name) ?? throw Missing(name);
        return choices.TryGetValue(text, out T? choice)
            ? choice : throw new UnsupportedException(
                $"{Path}: {name} is «{text}», where one of {string.Join(", ", choices.Keys)} is wanted.");
    }

    public Activation Activation(string name, string? fallback = null)
    {
        string text = Text(name) ?? fallback ?? throw Missing(name);
        return text switch
        {
            "relu" => Memory.Numerics.Activation.Relu,
            "gelu" => Memory.Numerics.Activation.Gelu,
            "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => Memory.Numerics.Activation.GeluTanh,
            "silu" or "swish" => Memory.Numerics.Activation.Silu,
            "relu2" => Memory.Numerics.Activation.SquaredRelu,
            "quick_gelu" => Memory.Numerics.Activation.QuickGelu,
            _ => throw new UnsupportedException($"{Path}: {name} is «{text}», an activation Loci does not implement."),
        };
    }

    /// <summary>Refuses, by name, a switch that is set to something Loci does not implement.</summary>
    public void Require(string name, bool value, bool fallback)
    {
        if (Flag(name, fallback) != value)
            throw new UnsupportedException($"{Path}: {name} = {(value ? "false" : "true")} is not implemented.");
    }

    /// <summary>
    /// Every field that is set (neither null nor false), with the way to it: «attn.rope_theta», at every depth.
    /// </summary>
    public IEnumerable<string> SetFields() => SetFields(_root, "");

    public InvalidFileException Missing(string name) => new(Path, $"has no field «{name}»");

    public InvalidFileException Wrong(string problem) => new(Path, problem);

    private static IEnumerable<string> SetFields(JsonElement value, string way)
    {
        if (value.ValueKind == JsonValueKind.Array)
            foreach (string inner in value.EnumerateArray().SelectMany(item => SetFields(item, way)))
                yield return inner;
        if (value.ValueKind != JsonValueKind.Object) yield break;
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False) continue;
            string name = way.Length == 0 ? property.Name : $"{way}.{property.Name}";
            yield return name;
            foreach (string inner in SetFields(property.Value, name)) yield return inner;
        }
    }

    // The parser lets half a surrogate pair pass, and throws when it is first looked at, be it
    // in search of another name.
    private static void CheckTexts(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
        else if (value.ValueKind == JsonValueKind.Array)
            foreach (var item in value.EnumerateArray()) CheckTexts(item);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (var property in value.EnumerateObject())
            {
                _ = property.Name;
                CheckTexts(property.Value);
            }
    }

    private JsonElement? Property(string name) =>
        _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // The one way of every real number into a spec: what float32 cannot hold, or a formula
    // cannot bear, goes no further.
    private double NumberOf(string name, JsonElement value)
    {
        var (least, most) = NumberRanges.Of(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            && number >= least && number <= most && (float)number >= (float)least && float.IsFinite((float)number)
            ? number
            : throw Bad(
                name, value, string.Create(CultureInfo.InvariantCulture, $"a number from {least:g7} to {most:g7}"));
    }

    private int? IdOf(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id) && id >= -1 ? id < 0 ? null : id
        : throw Bad(name, value, "a token id");

    private InvalidFileException Bad(string name, JsonElement value, string wanted)
    {
        string text = value.GetRawText();
        return new(Path, $"{name} is {(text.Length > 60 ? text[..60] + "…" : text)}, where {wanted} is wanted");
    }
}
