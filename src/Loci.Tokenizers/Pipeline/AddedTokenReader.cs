namespace Loci.Tokenizers.Pipeline;

/// <summary>Reads the <c>added_tokens</c> of a <c>tokenizer.json</c>, and joins what the files beside it add.</summary>
internal static class AddedTokenReader
{
    /// <summary>Longer contents would make the search slow on hostile text.</summary>
    private const int LongestContent = 1024;

    /// <param name="field">The list.</param>
    /// <param name="vocabulary">The model's.</param>
    public static List<AddedToken> Read(JsonField field, IReadOnlyDictionary<string, int> vocabulary)
    {
        var tokens = new List<AddedToken>();
        if (field.IsNull) return tokens;
        var contents = new HashSet<string>(StringComparer.Ordinal);
        var taken = new HashSet<int>(vocabulary.Values);
        int next = vocabulary.Count; // what a token that the model lacks is numbered
        foreach (var item in field.Items())
        {
            string content = item["content"].String();
            int id = item["id"].Int();
            if (content.Length == 0) continue;
            CheckLength(content, item);
            if (!contents.Add(content)) throw item.Invalid($"«{content}» is there twice");
            bool known = vocabulary.TryGetValue(content, out int expected);
            if (!known) expected = next;
            if (id != expected)
                throw item.Invalid(
                    $"«{content}» has the id {id}, but {(known ? "the vocabulary" : "its place in the order")} says "
                        + $"{expected}");
            if (!known && !taken.Add(id)) throw item.Invalid($"the id {id} of «{content}» is another token's");
            if (id >= next) next = id + 1;
            tokens.Add(Options(item, content, id));
        }
        return tokens;
    }

    /// <summary>A token with the options an object gives it.</summary>
    public static AddedToken Options(JsonField field, string content, int id) =>
        new(content, id, field["special"].Bool(false))
    {
        SingleWord = field["single_word"].Bool(false),
        StripsLeft = field["lstrip"].Bool(false),
        StripsRight = field["rstrip"].Bool(false),
        Normalized = field["normalized"].Bool(true),
    };

    /// <summary>
    /// Joins the tokens of the files beside a <c>tokenizer.json</c> to its own, as transformers does: a token it has
    /// keeps its id, a token it lacks is numbered on.
    /// </summary>
    /// <exception cref="UnsupportedException">A file states an id that the token would not get.</exception>
    public static void Join(
        List<AddedToken> tokens, TokenSettings settings, IReadOnlyDictionary<string, int> vocabulary)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int place = 0; place < tokens.Count; place++) places[tokens[place].Content] = place;
        int next = Math.Max(vocabulary.Count, tokens.Select(token => token.Id + 1).DefaultIfEmpty(0).Max());
        var taken = new HashSet<int>(vocabulary.Values.Concat(tokens.Select(token => token.Id)));

        foreach (var (token, field) in settings.Numbered) Add(token, field, settings.Overrides);
        foreach (var (token, field) in settings.Special)
        {
            Add(token, field, overrides: false);
            if (places.TryGetValue(token.Content, out int place)) tokens[place] = tokens[place] with { Special = true };
        }

        void Add(AddedToken token, JsonField field, bool overrides)
        {
            if (token.Content.Length == 0) return;
            CheckLength(token.Content, field);
            bool there = places.TryGetValue(token.Content, out int place);
            int id = there ? tokens[place].Id : vocabulary.TryGetValue(token.Content, out int known) ? known : next;
            if (token.Id >= 0 && token.Id != id)
                throw field.Refuse($"«{token.Content}» with the id {token.Id}, where tokenizer.json makes it {id},");
            if (there)
            {
                if (overrides) tokens[place] = token with { Id = id };
                return;
            }
            if (id == next && !taken.Add(id))
                throw field.Refuse($"«{token.Content}» with the id {id}, which is another token's,");
            places.Add(token.Content, tokens.Count);
            tokens.Add(token with { Id = id });
            next = Math.Max(next, id + 1);
        }
    }

    /// <summary>The matchers for text as it comes and for normalised text, special tokens first.</summary>
    public static (AddedTokenMatcher Plain, AddedTokenMatcher Normalized) Matchers(
        IReadOnlyList<AddedToken> tokens, Normalizer? normalizer, JsonField field)
    {
        var ordered = tokens.OrderBy(token => !token.Special).ToList();
        var normalized = new List<(string, AddedToken)>();
        foreach (var token in ordered.Where(token => token.Normalized))
        {
            string text = normalizer is null ? token.Content : normalizer.Apply(token.Content);
            if (text.Length == 0) throw field.Refuse($"«{token.Content}», of which normalization leaves nothing,");
            if (text.Length > LongestContent)
                throw field.Refuse($"a normalized token of more than {LongestContent} characters");
            normalized.Add((text, token));
        }
        return (new(ordered.Where(token => !token.Normalized).Select(token => (token.Content, token))),
            new(normalized));
    }

    private static void CheckLength(string content, JsonField field)
    {
        if (content.Length > LongestContent) throw field.Refuse($"a token of more than {LongestContent} characters");
    }
}
