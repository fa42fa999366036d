using Loci.Tokenizers.SentencePiece;

namespace Loci.Tokenizers;

/// <summary>Finds the tokenizer of a folder in Hugging Face's layout.</summary>
public static class TokenizerFolder
{
    private const string Json = "tokenizer.json";

    private static readonly string[] s_sentencePiece = ["tokenizer.model", "spiece.model"];

    // What else people have, and what to do about it.
    private static readonly (string File, string Advice)[] s_others =
    [
        ("tekken.json", "Mistral's tekken format"),
        ("vocab.txt", "a WordPiece vocabulary"), ("dict.txt", "a fairseq dictionary"),
        ("qwen.tiktoken", "a tiktoken vocabulary"),
        ("tokenizer.tiktoken", "a tiktoken vocabulary"),
    ];

    /// <summary>
    /// Opens <c>tokenizer.json</c>, or <c>vocab.json</c> with <c>merges.txt</c>, or a SentencePiece model
    /// (<c>tokenizer.model</c>, <c>spiece.model</c>), with the files beside them; null where the folder has no
    /// tokenizer at all.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="modelType">The model's <c>model_type</c>, or null.</param>
    /// <exception cref="UnsupportedException">The tokenizer is of a kind that is not read exactly.</exception>
    /// <exception cref="LociException">A file cannot be read, or is damaged.</exception>
    public static Tokenizer? Open(string folder, string? modelType = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (Path.Combine(folder, Json) is var json && File.Exists(json)) return TokenizerJson.Load(json);
        bool vocabulary = File.Exists(Path.Combine(folder, VocabularyAndMerges.VocabularyFile));
        bool merges = File.Exists(Path.Combine(folder, VocabularyAndMerges.MergesFile));
        if (vocabulary && merges) return VocabularyAndMerges.Load(folder, modelType);
        if (SentencePieceIn(folder) is { } pieces) return SentencePieceFile.Load(pieces);
        foreach (var (file, kind) in s_others)
            if (File.Exists(Path.Combine(folder, file)))
                throw new UnsupportedException(
                    $"{Path.Combine(folder, file)} is {kind}, which is not read: write a {Json} beside it "
                        + "(AutoTokenizer.from_pretrained(…).save_pretrained(…)).");
        if (vocabulary || merges)
            throw new UnsupportedException(
                $"{folder} has {(vocabulary ? "vocab.json without merges.txt" : "merges.txt without vocab.json")}: a "
                    + "byte-level tokenizer needs both.");
        return null;
    }

    /// <summary>Names of all files that <see cref="Open"/> reads where they are there.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        Json, VocabularyAndMerges.VocabularyFile, VocabularyAndMerges.MergesFile, .. s_sentencePiece,
        .. TokenizerSidecars.Names,
    ];

    /// <summary>The file that stands for a folder's tokenizer, of those that <see cref="Open"/> reads.</summary>
    internal static string FileOf(string folder) =>
        Path.Combine(folder, Json) is var json && File.Exists(json) ? json
        : Path.Combine(folder, VocabularyAndMerges.VocabularyFile) is var vocabulary && File.Exists(vocabulary)
            ? vocabulary
        : SentencePieceIn(folder) ?? vocabulary;

    private static string? SentencePieceIn(string folder) =>
        s_sentencePiece.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
