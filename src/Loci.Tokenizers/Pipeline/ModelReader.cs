using Loci.Tokenizers.Models;

namespace Loci.Tokenizers.Pipeline;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
internal static class ModelReader
{
    /// <summary>Longer pieces would make Viterbi's algorithm slow on hostile text.</summary>
    private const int LongestUnigramPiece = 1024;

    /// <param name="field">The model.</param>
    /// <param name="byteLevel">True when the model is to write its pieces in the byte alphabet itself.</param>
    public static TokenModel Read(JsonField field, bool byteLevel)
    {
        string type = field["type"].StringOrNull() ?? Guess(field);
        if (byteLevel && type != "BPE") throw field.Refuse($"the model «{type}» behind the pre-tokenizer ByteLevel");
        return type switch
        {
            "BPE" => Bpe(field, byteLevel),
            "Unigram" => Unigram(field),
            "WordLevel" => new WordLevelModel(Vocabulary(field["vocab"]), field["unk_token"].String()),
            _ => throw field.Refuse($"the model «{type}»"),
        };
    }

    /// <summary>Old files do not name the type.</summary>
    private static string Guess(JsonField field) =>
        !field["merges"].IsNull ? "BPE"
        : !field["max_input_chars_per_word"].IsNull || !field["continuing_subword_prefix"].IsNull ? "WordPiece"
        : field["vocab"].IsArray ? "Unigram" : "WordLevel";

    private static BpeModel Bpe(JsonField field, bool byteLevel)
    {
        if (!field["dropout"].IsNull && field["dropout"].Double() != 0)
            throw field["dropout"].Refuse("dropout other than 0");
        var options = new BpeOptions
        {
            Unknown = field["unk_token"].StringOrNull(),
            FuseUnknown = field["fuse_unk"].Bool(false),
            ByteFallback = field["byte_fallback"].Bool(false),
            IgnoreMerges = field["ignore_merges"].Bool(false),
            ContinuingPrefix = Affix(field["continuing_subword_prefix"]),
            EndSuffix = Affix(field["end_of_word_suffix"]),
            ByteLevel = byteLevel,
        };
        var vocabulary = Vocabulary(field["vocab"]);
        return new(vocabulary, Merges(field["merges"], vocabulary, options.ContinuingPrefix), options);
    }

    private static string Affix(JsonField field)
    {
        string affix = field.StringOrNull() ?? "";
        return affix.Length <= 16 ? affix : throw field.Refuse("an affix of more than 16 characters");
    }

    private static List<(string, string)> Merges(JsonField field, Dictionary<string, int> vocabulary, string prefix)
    {
        var merges = new List<(string, string)>();
        foreach (var item in field.Items())
        {
            if (item.IsString && item.String().StartsWith("#version", StringComparison.Ordinal)) continue;
            string[] pair = item.IsString ? item.String().Split(' ') : [.. item.Items().Select(part => part.String())];
            if (pair.Length != 2) throw item.Invalid("two tokens are expected");
            foreach (string token in pair)
                if (!vocabulary.ContainsKey(token)) throw item.Invalid($"«{token}» is not in the vocabulary");
            if (pair[1].Length < prefix.Length)
                throw item.Invalid($"«{pair[1]}» is shorter than the prefix of continuing subwords");
            string whole = string.Concat(pair[0], pair[1].AsSpan(prefix.Length));
            if (!vocabulary.ContainsKey(whole)) throw item.Invalid($"the merged «{whole}» is not in the vocabulary");
            merges.Add((pair[0], pair[1]));
        }
        return merges;
    }

    private static UnigramModel Unigram(JsonField field)
    {
        var pieces = new List<(string, double)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in field["vocab"].Items())
        {
            var parts = item.Items().ToList();
            if (parts.Count != 2) throw item.Invalid("a piece and its score are expected");
            string piece = parts[0].String();
            if (piece.Length > LongestUnigramPiece)
                throw item.Refuse($"a piece of more than {LongestUnigramPiece} characters");
            if (!seen.Add(piece)) throw item.Invalid($"«{piece}» is there twice");
            pieces.Add((piece, parts[1].Double()));
        }
        int? unknown = field["unk_id"].IsNull ? null : field["unk_id"].Int();
        if (unknown is { } id && (uint)id >= (uint)pieces.Count)
            throw field["unk_id"].Invalid($"{id} is not in 0..{pieces.Count - 1}");
        return new(pieces, unknown, field["byte_fallback"].Bool(false));
    }

    /// <summary>
    /// Reads an object of token to id. Ids may have gaps, but an id far above the number of tokens is an error.
    /// </summary>
    private static Dictionary<string, int> Vocabulary(JsonField field)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new Dictionary<int, string>();
        foreach (var (token, value) in field.Members())
        {
            int id = value.Int();
            if (id < 0) throw value.Invalid($"the id {id} is negative");
            if (!ids.TryAdd(id, token)) throw value.Invalid($"the id {id} is also that of «{ids[id]}»");
            if (!vocabulary.TryAdd(token, id)) throw value.Invalid("is there twice");
        }
        int most = 2 * vocabulary.Count + 65_536;
        foreach (var (id, token) in ids)
            if (id >= most)
                throw field.Invalid(
                    $"the id {id} of «{token}» is too large for {vocabulary.Count} tokens (below {most})");
        return vocabulary;
    }
}
