using System.Globalization;

namespace Loci.Checkpoints;

/// <summary>
/// What a GGUF file says of its model beside the tensors: values by key. Whole numbers are long, others double; lists
/// are arrays of long, double, bool or string.
/// </summary>
internal sealed class GgufMetadata
{
    private readonly string _path;
    private readonly IReadOnlyDictionary<string, object> _values;

    public GgufMetadata(string path, IReadOnlyDictionary<string, object> values) => (_path, _values) = (path, values);

    /// <summary>The keys, in the order of the file.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>A value, or null.</summary>
    public object? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>A text, or null where there is none.</summary>
    /// <exception cref="InvalidFileException">It is something else; likewise below.</exception>
    public string? Text(string key) => As<string>(key, "a text");

    /// <summary>A whole number that fits 32 bits, or null.</summary>
    public int? Whole(string key) => this[key] switch
    {
        null => null,
        long whole and >= int.MinValue and <= int.MaxValue => (int)whole,
        var other => throw Wrong(key, other, "a whole number of 32 bits"),
    };

    /// <summary>A finite number, or null.</summary>
    public double? Number(string key) => this[key] switch
    {
        null => null,
        long whole => whole,
        double number when double.IsFinite(number) => number,
        var other => throw Wrong(key, other, "a number"),
    };

    /// <summary>True or false, or null.</summary>
    public bool? Flag(string key) => this[key] switch
    {
        null => null,
        bool flag => flag,
        var other => throw Wrong(key, other, "true or false"),
    };

    /// <summary>A list of texts, or null.</summary>
    public string[]? Texts(string key) => As<string[]>(key, "a list of texts");

    /// <summary>A list of numbers, or null.</summary>
    public double[]? Numbers(string key) => this[key] switch
    {
        null => null,
        double[] numbers => numbers,
        long[] whole => [.. whole.Select(number => (double)number)],
        var other => throw Wrong(key, other, "a list of numbers"),
    };

    /// <summary>A list of whole numbers, or null.</summary>
    public long[]? Wholes(string key) => As<long[]>(key, "a list of whole numbers");

    private T? As<T>(string key, string wanted) where T : class => this[key] switch
    {
        null => null,
        T value => value,
        var other => throw Wrong(key, other, wanted),
    };

    private InvalidFileException Wrong(string key, object value, string wanted) => new(
        _path, $"{ErrorText.Quote(key)} is {ErrorText.Quote(Convert.ToString(value, CultureInfo.InvariantCulture)!)}, "
        + $"where {wanted} is wanted");
}
