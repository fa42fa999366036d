using System.Text.Json;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers;

/// <summary>
/// Opens Hugging Face's <c>tokenizer.json</c>. What is implemented gives exactly the ids of the original library;
/// every part or option that is not is refused by name with an <see cref="UnsupportedException"/>.
/// </summary>
/// <remarks>
/// <para>Models: BPE (byte-level or with byte fallback), Unigram, WordLevel. Normalizers: Sequence, Prepend,
/// Replace, NFC, NFD, NFKC, NFKD (Unicode 14), Lowercase, Strip (left). Pre-tokenizers: Sequence, ByteLevel, Split,
/// Metaspace, Whitespace, WhitespaceSplit, Digits, Punctuation, BertPreTokenizer. Decoders: Sequence, ByteLevel,
/// Metaspace, ByteFallback, Fuse, Strip (start), Replace, or none. Truncation and padding are not the tokenizer's
/// business here and are ignored.</para>
/// <para>The files beside it (<c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c>)
/// add tokens and change their options as transformers does; a token that would get another id than they state is
/// refused by name. Which token begins and ends a sequence: their <c>bos_token</c> and <c>eos_token</c>, else what the
/// post-processor puts before and behind one text. Whether the first is put before a text: <c>add_bos_token</c> where
/// it is stated, else whether the post-processor does it.</para>
/// <para>Lone surrogates in a text count as U+FFFD. Character categories are those of .NET's Unicode version: only
/// characters younger than the version the original was built with can fall into other classes.</para>
/// </remarks>
public static class TokenizerJson
{
    /// <summary>Opens a <c>tokenizer.json</c>, with the files beside it that say more about its tokens.</summary>
    /// <exception cref="InvalidFileException">A file is damaged or contradicts itself.</exception>
    /// <exception cref="UnsupportedException">The file asks for something that is not implemented exactly.</exception>
    /// <exception cref="LociException">A file cannot be read.</exception>
    public static Tokenizer Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(
            TokenizerFile.Bytes(path), path, TokenizerSidecars.Load(Path.GetDirectoryName(Path.GetFullPath(path))!));
    }

    /// <summary>
    /// Reads the bytes of a <c>tokenizer.json</c>, and of a <c>tokenizer_config.json</c> unless empty.
    /// </summary>
    /// <param name="json">The tokenizer.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="configuration">The configuration, or nothing.</param>
    internal static Tokenizer Parse(ReadOnlyMemory<byte> json, string name, ReadOnlyMemory<byte> configuration) =>
        Parse(json, name, new TokenizerSidecars { Configuration = configuration });

    /// <summary>Reads the bytes of a <c>tokenizer.json</c>.</summary>
    /// <param name="json">The tokenizer.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="beside">The files beside it.</param>
    internal static Tokenizer Parse(ReadOnlyMemory<byte> json, string name, TokenizerSidecars? beside = null)
    {
        using var document = Document(json, name);
        return new PipelineTokenizer(
            PipelineParts.Read(new(document.RootElement, name, ""), beside?.Settings() ?? TokenSettings.None));
    }

    internal static JsonDocument Document(ReadOnlyMemory<byte> json, string name)
    {
        FileKind.Refuse(json.Span, name, "a tokenizer (JSON)", FileKind.Json);
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(name, $"not JSON: {e.Message}", Offset(json.Span, e), e);
        }
        catch (InvalidOperationException e) // what the parser says of names that are not Unicode when it compares them
        {
            throw new InvalidFileException(name, "not valid text (half a surrogate pair, or bytes that are not UTF-8)",
                null, e);
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
