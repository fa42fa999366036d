using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Loci.Checkpoints;
using Loci.Tokenizers;
using Loci.Tokenizers.SentencePiece;

namespace Loci.Models.Gguf;

/// <summary>The tokenizer in a GGUF file's own metadata.</summary>
internal static class GgufTokenizer
{
    private const string Keys = "tokenizer.ggml.";

    /// <summary>The tokenizer, or null where the file has none.</summary>
    /// <exception cref="UnsupportedException">It is of a kind, or splits text in a way, that is not read.</exception>
    /// <exception cref="InvalidFileException">The file contradicts itself.</exception>
    public static Tokenizer? Read(GgufFile file) => Read(file.Metadata, file.Path);

    /// <summary>The same from the metadata alone.</summary>
    public static Tokenizer? Read(GgufMetadata metadata, string path)
    {
        if (metadata.Text(Keys + "model") is not { } kind || kind == "none") return null;
        int? begin = metadata.Whole(Keys + "bos_token_id"), end = metadata.Whole(Keys + "eos_token_id");
        bool? addsBegin = metadata.Flag(Keys + "add_bos_token");
        switch (kind)
        {
            case "gpt2":
                if (metadata.Flag(Keys + "add_space_prefix") == true)
                    throw Refuse(path, "a space before byte-level text (add_space_prefix)");
                return ByteLevelVocabulary.Build(
                    path, Pieces(metadata, path), metadata.Texts(Keys + "merges") ?? [], metadata.Text(Keys + "pre"),
                    begin,
                    end, addsBegin);
            case "llama":
                if (metadata.Flag(Keys + "remove_extra_whitespaces") == true)
                    throw Refuse(path, "dropping of superfluous spaces (remove_extra_whitespaces)");
                begin ??= 1; // SentencePiece's own order, which is llama.cpp's as well
                return new SentencePieces
                {
                    Path = path, Pieces = Pieces(metadata, path),
                    AddsSpace = metadata.Flag(Keys + "add_space_prefix") ?? true,
                    Unknown = metadata.Whole(Keys + "unknown_token_id") ?? 0,
                    Marks = new(begin, end ?? 2, addsBegin ?? true),
                }.Build();
            default:
                throw Refuse(path, $"a tokenizer of the kind {ErrorText.Quote(kind)} (gpt2 and llama are)");
        }
    }

    /// <summary>SHA-256 over all that the file says of its tokenizer, lowercase hexadecimal.</summary>
    public static string Hash(GgufFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string key in file.Metadata.Keys.Where(key => key.StartsWith("tokenizer.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            Add(key);
            if (file.Metadata[key] is Array list)
                foreach (object? item in list) Add(item);
            else Add(file.Metadata[key]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        // With its length before it, no text runs into the next.
        void Add(object? value)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }

    private static VocabularyPiece[] Pieces(GgufMetadata metadata, string path)
    {
        string[] tokens = metadata.Texts(Keys + "tokens")
            ?? throw new InvalidFileException(path, $"has no {Keys}tokens");
        double[]? scores = Full(path, "scores", metadata.Numbers(Keys + "scores"), tokens.Length);
        long[]? uses = Full(path, "token_type", metadata.Wholes(Keys + "token_type"), tokens.Length);
        return
        [
            .. tokens.Select((token, id) => new VocabularyPiece(
                token, (float)(scores?[id] ?? 0), uses is null ? PieceUse.Normal : Use(path, uses[id]))),
        ];
    }

    private static T[]? Full<T>(string path, string key, T[]? list, int count) =>
        list is null || list.Length == count
            ? list
            : throw new InvalidFileException(
                path, $"{Keys}{key} has {list.Length} entries for {count} tokens");

    private static PieceUse Use(string path, long use) =>
        use is >= 1 and <= 6
            ? (PieceUse)use
            : throw new InvalidFileException(path, $"{Keys}token_type holds {use}; 1 to 6 are types of tokens");

    private static UnsupportedException Refuse(string path, string what) =>
        new($"{path}: {what} is not implemented; put the model's tokenizer.json beside it.");
}
