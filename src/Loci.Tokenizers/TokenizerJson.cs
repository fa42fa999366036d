using System.Text.Json;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers;

/// <summary>
/// Opens Hugging Face's <c>tokenizer.json</c>. What is implemented gives exactly the ids of the original library;
/// every part or option that is not is refused by name with an <see cref="UnsupportedException"/>.
/// </summary>
/// <remarks>
/// <para>Models: BPE (byte-level or with byte fallback), Unigram, WordLevel. Normalizers: Sequence, Prepend, Replace, NFC,
/// NFD, NFKC, NFKD (Unicode 14), Lowercase, Strip (left). Pre-tokenizers: Sequence, ByteLevel, Split, Metaspace, Whitespace,
/// WhitespaceSplit, Digits, Punctuation, BertPreTokenizer. Decoders: Sequence, ByteLevel, Metaspace, ByteFallback, Fuse,
/// Strip (start), Replace, or none. Truncation and padding are not the tokenizer's business here and are ignored.</para>
/// <para>Which token begins and ends a sequence: <c>bos_token</c> and <c>eos_token</c> of a <c>tokenizer_config.json</c> in
/// the same folder, else what the post-processor puts before and behind one text. Whether the first is put before a text:
/// <c>add_bos_token</c> of that file where it is present, else whether the post-processor does it.</para>
/// <para>Lone surrogates in a text count as U+FFFD. Character categories are those of .NET's Unicode version: only
/// characters younger than the version the original was built with can fall into other classes.</para>
/// </remarks>
public static class TokenizerJson
{
    /// <summary>Opens a <c>tokenizer.json</c>, with the <c>tokenizer_config.json</c> beside it where there is one.</summary>
    /// <exception cref="InvalidFileException">A file is damaged or contradicts itself.</exception>
    /// <exception cref="UnsupportedException">The file asks for something that is not implemented exactly.</exception>
    /// <exception cref="LociException">A file cannot be read.</exception>
    public static Tokenizer Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string configuration = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "tokenizer_config.json");
        return Parse(TokenizerFile.Bytes(path), path, File.Exists(configuration) ? TokenizerFile.Bytes(configuration) : default, configuration);
    }

    /// <summary>Reads the bytes of a <c>tokenizer.json</c>, and of a <c>tokenizer_config.json</c> unless empty.</summary>
    /// <param name="json">The tokenizer.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="configuration">The configuration, or nothing.</param>
    /// <param name="configurationName">What messages call that.</param>
    internal static Tokenizer Parse(
        ReadOnlyMemory<byte> json, string name, ReadOnlyMemory<byte> configuration = default, string configurationName = "tokenizer_config.json")
    {
        using var document = Document(json, name);
        using var second = configuration.IsEmpty ? null : Document(configuration, configurationName);
        return new PipelineTokenizer(PipelineParts.Read(
            new(document.RootElement, name, ""), new(second?.RootElement ?? default, configurationName, "")));
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(name, $"not JSON: {e.Message}", Offset(json.Span, e), e);
        }
    }

    private static long? Offset(ReadOnlySpan<byte> json, JsonException e)
    {
        if (e.LineNumber is not { } line || e.BytePositionInLine is not { } column) return null;
        long start = 0;
        for (; line > 0; line--)
        {
            int end = json[(int)start..].IndexOf((byte)'\n');
            if (end < 0) return null;
            start += end + 1;
        }
        return start + column;
    }
}
