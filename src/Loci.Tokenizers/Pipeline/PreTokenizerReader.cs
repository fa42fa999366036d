using Loci.Tokenizers.Patterns;
using static Loci.Tokenizers.Patterns.CharacterClass;

namespace Loci.Tokenizers.Pipeline;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class PreTokenizerReader
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly CharacterClass WhiteSpace = new([Item.Space()]);
    private static readonly CharacterClass Numeric = new([Item.Of(Categories.Number)]);
    private static readonly CharacterClass Punctuation = new(
    [
        Item.Of(Categories.Punctuation), Item.Range('!', '/'), Item.Range(':', '@'), Item.Range('[', '`'),
        Item.Range('{', '~'),
    ]);

    /// <summary>The steps, in order. Sequences are laid flat.</summary>
    public static List<PreTokenizer> Read(JsonField field)
    {
        if (field.IsNull) return [];
        string type = field["type"].String();
        return type switch
        {
            "Sequence" => [.. field["pretokenizers"].Items().SelectMany(Read)],
            "ByteLevel" => ByteLevel(field),
            "Split" =>
                [
                    new SplitPreTokenizer(
                        TextPattern.Read(field["pattern"]), Behavior(field["behavior"], null),
                        field["invert"].Bool(false)),
                ],
            "Metaspace" => [Metaspace(field)],
            "Whitespace" =>
                [new SplitPreTokenizer(new(ScalarRegex.Known(@"\w+|[^\w\s]+")), Delimiter.Removed, invert: true)],
            "WhitespaceSplit" => [new CharacterPreTokenizer(WhiteSpace, Delimiter.Removed)],
            "Digits" =>
                [
                    new CharacterPreTokenizer(
                        Numeric, field["individual_digits"].Bool(false) ? Delimiter.Isolated : Delimiter.Contiguous),
                ],
            "Punctuation" => [new CharacterPreTokenizer(Punctuation, Behavior(field["behavior"], "Isolated"))],
            "BertPreTokenizer" =>
            [
                new CharacterPreTokenizer(WhiteSpace, Delimiter.Removed),
                new CharacterPreTokenizer(Punctuation, Delimiter.Isolated),
            ],
            _ => throw field.Refuse($"the pre-tokenizer «{type}»"),
        };
    }

    private static List<PreTokenizer> ByteLevel(JsonField field)
    {
        var steps = new List<PreTokenizer>();
        if (field["add_prefix_space"].Bool(true)) steps.Add(new SpacePrefixPreTokenizer());
        if (field["use_regex"].Bool(true))
            steps.Add(new SplitPreTokenizer(new(ScalarRegex.Known(Gpt2)), Delimiter.Isolated, false));
        steps.Add(new ByteAlphabetPreTokenizer());
        return steps;
    }

    private static MetaspacePreTokenizer Metaspace(JsonField field) =>
        new(field["replacement"].Character("▁"), Prefix(field), field["split"].Bool(true));

    /// <summary>
    /// The prefix of a Metaspace part, pre-tokenizer or decoder: the older <c>add_prefix_space: false</c> means never.
    /// </summary>
    public static MetaspacePrefix Prefix(JsonField field)
    {
        var prefix = field["prepend_scheme"].StringOrNull() switch
        {
            "always" or null => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            "never" => MetaspacePrefix.Never,
            var other => throw field.Refuse($"the prepend_scheme «{other}»"),
        };
        if (field["add_prefix_space"].Bool(true)) return prefix;
        if (!field["prepend_scheme"].IsNull && prefix != MetaspacePrefix.Never)
            throw field.Invalid("add_prefix_space and prepend_scheme contradict each other");
        return MetaspacePrefix.Never;
    }

    private static Delimiter Behavior(JsonField field, string? missing) => (field.StringOrNull() ?? missing) switch
    {
        "Isolated" => Delimiter.Isolated,
        "Removed" => Delimiter.Removed,
        "MergedWithPrevious" => Delimiter.MergedWithPrevious,
        "MergedWithNext" => Delimiter.MergedWithNext,
        "Contiguous" => Delimiter.Contiguous,
        var other => throw field.Refuse($"the behavior «{other}»"),
    };
}
