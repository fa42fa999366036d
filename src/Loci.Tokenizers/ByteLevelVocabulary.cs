using Loci.Tokenizers.Models;
using Loci.Tokenizers.Patterns;
using Loci.Tokenizers.Pipeline;
using Loci.Tokenizers.SentencePiece;
using Loci.Tokenizers.Unicode;

namespace Loci.Tokenizers;

/// <summary>
/// A byte-level byte pair encoding whose way of cutting text is named, not written out: that of a GGUF file.
/// </summary>
internal static class ByteLevelVocabulary
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Rest = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Llama3 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Rest;
    private const string Qwen2 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Rest;

    private const string Tekken = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}"
        + @"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // The ways as the tokenizer.json of the models they are named after have them.
    private static readonly Dictionary<string, Way> s_ways = new(StringComparer.Ordinal)
    {
        ["gpt-2"] = new([Gpt2]), ["phi-2"] = new([Gpt2]),
        ["olmo"] = new([Gpt2], Composes: true),
        ["llama-bpe"] = new([Llama3], WholeWords: true, Begins: true),
        ["qwen2"] = new([Qwen2], Composes: true), ["deepseek-r1-qwen"] = new([Qwen2], Composes: true),
        ["starcoder"] = new([@"\p{N}", Gpt2]), ["smollm"] = new([@"\p{N}", Gpt2]), ["refact"] = new([@"\p{N}", Gpt2]),
        ["tekken"] = new([Tekken], WholeWords: true, Begins: true),
    };

    /// <param name="Patterns">What each step cuts out.</param>
    /// <param name="Composes">The text is brought to NFC first.</param>
    /// <param name="WholeWords">A word that is a token is that token, whatever the merges say.</param>
    /// <param name="Begins">A sequence begins with a token where the file does not say.</param>
    private sealed record Way(
        string[] Patterns, bool Composes = false, bool WholeWords = false, bool Begins = false);

    /// <summary>The names of the ways, in order.</summary>
    public static IEnumerable<string> Ways => s_ways.Keys;

    /// <param name="path">The file, for messages.</param>
    /// <param name="pieces">Every token by id; scores do not count.</param>
    /// <param name="merges">Two tokens with a space between, by rank.</param>
    /// <param name="way">The name of the way.</param>
    /// <param name="begin">What begins a sequence, or null.</param>
    /// <param name="end">What ends a sequence, or null.</param>
    /// <param name="addsBegin">Whether the first is put before a text; null: as is usual for the way.</param>
    /// <exception cref="UnsupportedException">The way is not one of <see cref="Ways"/>.</exception>
    /// <exception cref="InvalidFileException">Tokens and merges contradict each other.</exception>
    public static Tokenizer Build(
        string path, IReadOnlyList<VocabularyPiece> pieces, IReadOnlyList<string> merges, string? way, int? begin,
        int? end, bool? addsBegin)
    {
        if (way is null || !s_ways.TryGetValue(way, out var found))
            throw new UnsupportedException(
                $"{path}: "
                + (way is null
                    ? "it does not say how text is split"
                    : $"the split {ErrorText.Quote(way)} is not implemented")
                + $" (tokenizer.ggml.pre); those that are: {string.Join(", ", Ways)}.");
        var vocabulary = new Dictionary<string, int>(pieces.Count, StringComparer.Ordinal);
        var added = new List<AddedToken>();
        for (int id = 0; id < pieces.Count; id++)
        {
            var piece = pieces[id];
            if (piece.Use == PieceUse.Unused || piece.Text.Length == 0) continue;
            if (!vocabulary.TryAdd(piece.Text, id))
                throw new InvalidFileException(
                    path, $"{ErrorText.Quote(piece.Text)} is the token {vocabulary[piece.Text]} and {id}");
            if (piece.Use is PieceUse.Control or PieceUse.UserDefined)
                added.Add(new(piece.Text, id, piece.Use == PieceUse.Control));
        }
        var pairs = new List<(string, string)>(merges.Count);
        foreach (string merge in merges)
            pairs.Add(merge.Split(' ') is [{ } left, { } right] && vocabulary.ContainsKey(left)
                && vocabulary.ContainsKey(right) && vocabulary.ContainsKey(left + right)
                    ? (left, right)
                    : throw new InvalidFileException(
                        path, $"the merge {ErrorText.Quote(merge)} is not two tokens that make a third"));
        var (plain, normalized) = AddedTokenReader.Matchers(added, null, new(default, path, ""));
        PreTokenizer[] steps =
        [
            .. found.Patterns.Select(
                pattern => new SplitPreTokenizer(new(ScalarRegex.Known(pattern)), Delimiter.Isolated, false)),
        ];
        return new PipelineTokenizer(new(
            added, plain, normalized,
            found.Composes ? new UnicodeNormalizer(compatibility: false, compose: true) : null,
            new PreTokenizerSequence(steps),
            new BpeModel(vocabulary, pairs, new() { ByteLevel = true, IgnoreMerges = found.WholeWords }),
            new() { ByteLevel = true }, new(begin, end, (addsBegin ?? found.Begins) && begin is not null)));
    }
}
