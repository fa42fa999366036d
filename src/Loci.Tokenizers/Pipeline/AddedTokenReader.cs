namespace Loci.Tokenizers.Pipeline;

/// <summary>Reads the <c>added_tokens</c> of a <c>tokenizer.json</c>.</summary>
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
            if (content.Length > LongestContent) throw item.Refuse($"a token of more than {LongestContent} characters");
            if (!contents.Add(content)) throw item.Invalid($"«{content}» is there twice");
            bool known = vocabulary.TryGetValue(content, out int expected);
            if (!known) expected = next;
            if (id != expected)
                throw item.Invalid($"«{content}» has the id {id}, but {(known ? "the vocabulary" : "its place in the order")} says {expected}");
            if (!known && !taken.Add(id)) throw item.Invalid($"the id {id} of «{content}» is another token's");
            if (id >= next) next = id + 1;
            tokens.Add(new(content, id, item["special"].Bool(false))
            {
                SingleWord = item["single_word"].Bool(false),
                StripsLeft = item["lstrip"].Bool(false),
                StripsRight = item["rstrip"].Bool(false),
                Normalized = item["normalized"].Bool(true),
            });
        }
        return tokens;
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
            if (text.Length > LongestContent) throw field.Refuse($"a normalized token of more than {LongestContent} characters");
            normalized.Add((text, token));
        }
        return (new(ordered.Where(token => !token.Normalized).Select(token => (token.Content, token))), new(normalized));
    }
}
