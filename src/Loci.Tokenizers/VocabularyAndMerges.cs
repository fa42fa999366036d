using System.Text;
using System.Text.Json;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers;

/// <summary>
/// The older layout of byte-level BPE: <c>vocab.json</c> and <c>merges.txt</c> without a <c>tokenizer.json</c>
/// (GPT-2, OPT, Qwen 2). It is turned into the <c>tokenizer.json</c> that transformers' converter writes for its
/// class, and read as that.
/// </summary>
internal static class VocabularyAndMerges
{
    public const string VocabularyFile = "vocab.json";
    public const string MergesFile = "merges.txt";

    private const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        + @"|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Gpt2Models = ["gpt2", "opt", "gpt_neo", "gptj", "gpt_neox"];

    /// <summary>Opens a folder that has both files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="modelType">
    /// The model's <c>model_type</c>, which decides where no <c>tokenizer_class</c> is stated.
    /// </param>
    /// <exception cref="UnsupportedException">The class of the tokenizer is not one of those above.</exception>
    /// <exception cref="LociException">A file cannot be read, or is damaged.</exception>
    public static Tokenizer Load(string folder, string? modelType)
    {
        string vocabulary = Path.Combine(folder, VocabularyFile), merges = Path.Combine(folder, MergesFile);
        return Parse(
            TokenizerFile.Bytes(vocabulary), vocabulary, TokenizerFile.Bytes(merges), merges,
            TokenizerSidecars.Load(folder), modelType);
    }

    public static Tokenizer Parse(
        ReadOnlyMemory<byte> vocabulary, string vocabularyName, ReadOnlySpan<byte> merges, string mergesName,
        TokenizerSidecars beside,
        string? modelType)
    {
        string? named = beside.Text("tokenizer_class");
        bool qwen = named switch
        {
            "GPT2Tokenizer" or "GPT2TokenizerFast" => false,
            "Qwen2Tokenizer" or "Qwen2TokenizerFast" => true,
            null when Gpt2Models.Contains(modelType) => false,
            null when modelType is "qwen2" or "qwen3" => true,
            null => throw new UnsupportedException(
                $"{vocabularyName}: without tokenizer.json, and without a tokenizer_class beside a «{modelType}» "
                    + "model, the kind of tokenizer is not known."),
            _ => throw new UnsupportedException(
                $"{vocabularyName}: without tokenizer.json, a tokenizer of the class «{named}» is not supported "
                    + "(GPT2Tokenizer and Qwen2Tokenizer are)."),
        };
        using var document = TokenizerJson.Document(vocabulary, vocabularyName);
        var root = new JsonField(document.RootElement, vocabularyName, "");
        if (!root.IsObject) throw root.Invalid("an object of token to id is expected");
        foreach (var (_, id) in root.Members()) id.Int();
        byte[] json = Json(
            document.RootElement, Lines(merges, mergesName), qwen, beside.Flag("add_prefix_space", false));
        return TokenizerJson.Parse(json, vocabularyName, beside);
    }

    private static List<string> Lines(ReadOnlySpan<byte> merges, string name)
    {
        FileKind.Refuse(merges, name, "a list of merges (text)");
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(merges);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidFileException(name, "is not UTF-8 text", inner: e);
        }
        var lines = new List<string>();
        int number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan()[range].TrimEnd('\r');
            if (line.IsEmpty || line.StartsWith("#version", StringComparison.Ordinal)) continue;
            if (line.Count(' ') != 1)
                throw new InvalidFileException(name, $"line {number}: two tokens with a space between are expected");
            lines.Add(line.ToString());
        }
        return lines;
    }

    private static byte[] Json(JsonElement vocabulary, List<string> merges, bool qwen, bool prefix)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (qwen)
            {
                json.WriteStartObject("normalizer");
                json.WriteString("type", "NFC");
                json.WriteEndObject();
            }
            json.WriteStartObject("pre_tokenizer");
            if (qwen)
            {
                json.WriteString("type", "Sequence");
                json.WriteStartArray("pretokenizers");
                json.WriteStartObject();
                json.WriteString("type", "Split");
                json.WriteStartObject("pattern");
                json.WriteString("Regex", Qwen2Pattern);
                json.WriteEndObject();
                json.WriteString("behavior", "Isolated");
                json.WriteEndObject();
                json.WriteStartObject();
            }
            json.WriteString("type", "ByteLevel");
            json.WriteBoolean("add_prefix_space", prefix);
            json.WriteBoolean("use_regex", !qwen);
            if (qwen)
            {
                json.WriteEndObject();
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteStartObject("decoder");
            json.WriteString("type", "ByteLevel");
            json.WriteEndObject();
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            json.WritePropertyName("vocab");
            vocabulary.WriteTo(json);
            json.WriteStartArray("merges");
            foreach (string merge in merges) json.WriteStringValue(merge);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
