namespace Loci.Tokenizers.Pipeline;

/// <summary>
/// What the files beside a <c>tokenizer.json</c> say of tokens, merged as transformers does:
/// <c>added_tokens_decoder</c> of <c>tokenizer_config.json</c> decides alone where it is there; else
/// <c>special_tokens_map.json</c> overrides the names in <c>tokenizer_config.json</c>, and
/// <c>added_tokens.json</c> adds tokens.
/// </summary>
internal sealed class TokenSettings
{
    private static readonly string[] Roles =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private static readonly string[] ListRoles = ["additional_special_tokens", "extra_special_tokens"];

    private readonly Dictionary<string, Named> named = new(StringComparer.Ordinal); // by role
    private readonly List<Named> further = []; // special tokens without a role

    private TokenSettings()
    {
    }

    /// <summary>A token that one of the files names, and where it does.</summary>
    /// <param name="Token">What it says of it; the id is that of the file, or -1.</param>
    /// <param name="Field">Where, for messages.</param>
    public readonly record struct Named(AddedToken Token, JsonField Field);

    /// <summary>Nothing beside the tokenizer.</summary>
    public static TokenSettings None { get; } = new();

    /// <summary>Tokens with the ids they are to have, ascending.</summary>
    public IReadOnlyList<Named> Numbered { get; private init; } = [];

    /// <summary>
    /// True where what <see cref="Numbered"/> says of a token goes before what <c>tokenizer.json</c> says.
    /// </summary>
    public bool Overrides { get; private init; }

    /// <summary>What the model puts before a text, if <c>add_bos_token</c> says.</summary>
    public bool? AddsBegin { get; private init; }

    /// <summary>True where any of the files is there.</summary>
    public bool Stated { get; private init; }

    /// <summary>The token of a role such as <c>bos_token</c>, or null.</summary>
    public string? this[string role] => named.TryGetValue(role, out var token) ? token.Token.Content : null;

    /// <summary>
    /// The special tokens, each once, in transformers' order. The unknown token is left out: where the model's own
    /// vocabulary holds it, it is what people see in the place of a word.
    /// </summary>
    public IEnumerable<Named> Special =>
        Roles.Where(role => role != "unk_token" && named.ContainsKey(role)).Select(role => named[role]).Concat(further)
            .DistinctBy(token => token.Token.Content);

    /// <param name="configuration">The root of <c>tokenizer_config.json</c>, or a field that is null.</param>
    /// <param name="specialTokens">The root of <c>special_tokens_map.json</c>, or a field that is null.</param>
    /// <param name="addedTokens">The root of <c>added_tokens.json</c>, or a field that is null.</param>
    public static TokenSettings Read(JsonField configuration, JsonField specialTokens, JsonField addedTokens)
    {
        var decoder = configuration.IsNull ? configuration : configuration["added_tokens_decoder"];
        bool decides = !decoder.IsNull;
        var settings = new TokenSettings
        {
            Numbered = decides ? Decoder(decoder) : addedTokens.IsNull ? [] : Encoder(addedTokens),
            Overrides = decides,
            AddsBegin = configuration.IsNull || configuration["add_bos_token"].IsNull
                ? null
                : configuration["add_bos_token"].Bool(false),
            Stated = !configuration.IsNull || !specialTokens.IsNull,
        };
        settings.Take(configuration);
        if (!decides) settings.Take(specialTokens);
        return settings;
    }

    private void Take(JsonField root)
    {
        if (root.IsNull) return;
        foreach (string role in Roles)
            if (!root[role].IsNull) named[role] = Token(root[role]);
        foreach (string role in ListRoles)
        {
            var list = root[role];
            if (list.IsNull) continue;
            foreach (var item in list.IsObject ? list.Members().Select(member => member.Value) : list.Items())
                further.Add(Token(item));
        }
    }

    private static Named Token(JsonField field) => field.IsObject
        ? new(
            AddedTokenReader.Options(
                field, field["content"].String(),
                -1) with { Special = true, Normalized = field["normalized"].Bool(false) },
            field)
        : new(new(field.String(), -1, Special: true), field);

    private static List<Named> Decoder(JsonField field)
    {
        var tokens = new List<Named>();
        foreach (var (key, item) in field.Members())
        {
            var token = AddedTokenReader.Options(item, item["content"].String(), Id(key, item));
            // Here a token is normalised unless it is special, where the file does not say.
            tokens.Add(new(item["normalized"].IsNull ? token with { Normalized = !token.Special } : token, item));
        }
        return Ordered(tokens, field);
    }

    private static List<Named> Encoder(JsonField field)
    {
        var tokens = new List<Named>();
        foreach (var (content, id) in field.Members())
            tokens.Add(new(new(content, id.Int(), Special: false) { Normalized = true }, id));
        return Ordered(tokens, field);
    }

    private static List<Named> Ordered(List<Named> tokens, JsonField field)
    {
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (token, _) in tokens)
            if (!contents.Add(token.Content)) throw field.Invalid($"«{token.Content}» is there twice");
        return [.. tokens.OrderBy(token => token.Token.Id)];
    }

    private static int Id(string key, JsonField item) =>
        int.TryParse(
            key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int id)
            ? id
            : throw item.Invalid($"«{key}» is no id");
}
