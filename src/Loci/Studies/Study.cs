using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Loci.Models;

namespace Loci.Studies;

/// <summary>
/// One measurement of a model over a text, as a value: its name, what it reads, how much it measures, how it runs, and
/// how its result is written. Who offers studies walks a list of them and knows none by name.
/// </summary>
public abstract class Study
{
    private protected Study(string name, string title)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException($"«{name}»: names are of lower-case letters, digits and hyphens", nameof(name));
        (Name, Title) = (name, title);
    }

    /// <summary>What commands and files call it: lower-case letters, digits and hyphens.</summary>
    public string Name { get; }

    /// <summary>What people call it, in running text.</summary>
    public string Title { get; }

    /// <summary>What it measures, in half a sentence.</summary>
    public required string What { get; init; }

    /// <summary>What it reads of its source.</summary>
    public required StudyInputs Reads { get; init; }

    /// <summary>How long it takes beside other studies.</summary>
    public required Func<ModelSpec, StudyEffort> Effort { get; init; }

    /// <summary>It depends on chance, and is run on nulls, too.</summary>
    public abstract bool OnNulls { get; }

    /// <summary>Its sizes in words, by which one run is told from another.</summary>
    internal abstract string SizesAt(StudyScale scale, bool ofNull);

    /// <summary>Measures.</summary>
    internal abstract object Run(StudySource source, StudyScale scale, bool ofNull, StudyOptions options);

    /// <summary>Puts its results on several draws of a null together; null: one draw is enough.</summary>
    internal abstract Func<IReadOnlyList<object>, object>? OfDraws { get; }

    /// <summary>Writes one of its results for a report. A number that could not be measured is null.</summary>
    public abstract void Write(Utf8JsonWriter json, object result);

    /// <summary>Writes all of a result, to be read again.</summary>
    internal abstract void WriteWhole(Utf8JsonWriter json, object result);

    /// <summary>Reads what <see cref="WriteWhole"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    internal abstract object Read(ReadOnlySpan<byte> json);
}

/// <summary>A study whose results have a type.</summary>
/// <typeparam name="TResult">What it finds.</typeparam>
public abstract class Study<TResult> : Study
    where TResult : class
{
    private protected Study(string name, string title) : base(name, title)
    {
    }

    /// <summary>How a result is written and read.</summary>
    public required JsonTypeInfo<TResult> Result { get; init; }

    /// <summary>
    /// Names, as JSON has them, of lists that a report is better without: a row for every cell or trigger.
    /// </summary>
    public IReadOnlyList<string> NotReported { get; init; } = [];

    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter json, object result)
    {
        if (NotReported.Count == 0)
        {
            WriteWhole(json, result);
            return;
        }
        var node = JsonSerializer.SerializeToNode((TResult)result, Result)!;
        Shorten(node);
        node.WriteTo(json);
    }

    private void Shorten(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Shorten(item);
        }
        else if (node is JsonObject members)
        {
            foreach (string name in NotReported)
                if (members[name] is JsonArray)
                    members.Remove(name);
            foreach (var (_, value) in members) Shorten(value);
        }
    }

    internal sealed override void WriteWhole(Utf8JsonWriter json, object result) =>
        JsonSerializer.Serialize(json, (TResult)result, Result);

    internal sealed override object Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Result) ?? throw new JsonException("The result is null.");
}

/// <summary>A study with sizes of its own.</summary>
/// <typeparam name="TSizes">How much it measures: a number, or a record of several whose text tells them
/// all.</typeparam>
/// <typeparam name="TResult">What it finds.</typeparam>
/// <param name="name">See <see cref="Study.Name"/>.</param>
/// <param name="title">See <see cref="Study.Title"/>.</param>
public sealed class Study<TSizes, TResult>(string name, string title) : Study<TResult>(name, title)
    where TResult : class
{
    /// <summary>How much it measures.</summary>
    public required StudySizes<TSizes> Sizes { get; init; }

    /// <summary>Measures: the same source, sizes and seed give the same result.</summary>
    public required Func<StudySource, TSizes, StudyOptions, TResult> Measure { get; init; }

    /// <summary>Puts results on several draws of a null together, where one draw is not enough; null: it is.</summary>
    public Func<IReadOnlyList<TResult>, TResult>? Join { get; init; }

    /// <inheritdoc/>
    public override bool OnNulls => Sizes.OnNulls;

    internal override Func<IReadOnlyList<object>, object>? OfDraws =>
        Join is null ? null : draws => Join([.. draws.Cast<TResult>()]);

    internal override string SizesAt(StudyScale scale, bool ofNull) =>
        FormattableString.Invariant($"{Sizes.At(scale, ofNull)}");

    internal override object Run(StudySource source, StudyScale scale, bool ofNull, StudyOptions options) =>
        Measure(source, Sizes.At(scale, ofNull), options);
}

/// <summary>What a study reads of its source.</summary>
[Flags]
public enum StudyInputs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The weights, or passes of the model.</summary>
    Model = 1,

    /// <summary>The triggers, values or statistics of the atlas.</summary>
    Atlas = 2,

    /// <summary>The text the atlas was built from.</summary>
    Text = 4,

    /// <summary>All three.</summary>
    All = Model | Atlas | Text,
}

/// <summary>How long a study takes, for the time left only.</summary>
/// <param name="Work">Its share of the work, beside the other studies'.</param>
/// <param name="Phases">How many times its own progress runs from nothing to all, about.</param>
public readonly record struct StudyEffort(double Work, int Phases);
