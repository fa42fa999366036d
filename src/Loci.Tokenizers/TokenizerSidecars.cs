using System.Text.Json;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers;

/// <summary>
/// The files that stand beside a tokenizer and say more about its tokens; each may be empty, which is absent.
/// </summary>
internal sealed record TokenizerSidecars
{
    /// <summary>File names, in the order of the properties.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    ];

    /// <summary><c>tokenizer_config.json</c></summary>
    public ReadOnlyMemory<byte> Configuration { get; init; }

    /// <summary><c>special_tokens_map.json</c></summary>
    public ReadOnlyMemory<byte> SpecialTokens { get; init; }

    /// <summary><c>added_tokens.json</c></summary>
    public ReadOnlyMemory<byte> AddedTokens { get; init; }

    /// <summary>The folder, for messages; empty where there is none.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Reads those that a folder has.</summary>
    public static TokenizerSidecars Load(string folder) => new()
    {
        Configuration = Bytes(folder, Names[0]), SpecialTokens = Bytes(folder, Names[1]),
            AddedTokens = Bytes(folder, Names[2]), Folder = folder,
    };

    /// <summary>What they say of tokens.</summary>
    public TokenSettings Settings()
    {
        using var configuration = Document(Configuration, 0);
        using var special = Document(SpecialTokens, 1);
        using var added = Document(AddedTokens, 2);
        return TokenSettings.Read(Root(configuration, 0), Root(special, 1), Root(added, 2));
    }

    /// <summary>A member of <c>tokenizer_config.json</c> that is a text, or null.</summary>
    public string? Text(string member)
    {
        using var document = Document(Configuration, 0);
        return document is null ? null : Root(document, 0)[member].StringOrNull();
    }

    /// <summary>A member of <c>tokenizer_config.json</c> that is true or false.</summary>
    public bool Flag(string member, bool missing)
    {
        using var document = Document(Configuration, 0);
        return document is null ? missing : Root(document, 0)[member].Bool(missing);
    }

    private static byte[] Bytes(string folder, string name) =>
        Path.Combine(folder, name) is var path && File.Exists(path)
            ? InputFile.Read(path, InputFile.MostJsonBytes)
            : [];

    private JsonDocument? Document(ReadOnlyMemory<byte> json, int which) =>
        json.IsEmpty ? null : TokenizerJson.Document(json, Path.Combine(Folder, Names[which]));

    private JsonField Root(JsonDocument? document, int which) =>
        new(document?.RootElement ?? default, Path.Combine(Folder, Names[which]), "");
}
