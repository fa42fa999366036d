using System.Text.Json;

namespace Loci.Tokenizers;

/// <summary>
/// A tokenizer made from a list of words, for generated models: text is split at white space, every word is a token,
/// and decoding puts spaces between them. It can be saved as a <c>tokenizer.json</c>.
/// </summary>
public sealed class WordLevelTokenizer : Tokenizer
{
    private readonly byte[] json;
    private readonly Tokenizer inner;

    private WordLevelTokenizer(byte[] json)
    {
        this.json = json;
        // Read from what would be saved: the two cannot differ.
        inner = TokenizerJson.Parse(json, "the vocabulary");
    }

    /// <summary>Creates a tokenizer whose ids are the places in a list.</summary>
    /// <param name="vocabulary">The words: not empty, without white space or lone surrogates, none twice.</param>
    /// <param name="unknown">The word of the list that stands for all others.</param>
    /// <param name="beginOfSequence">The word of the list that is put before a text, if any; decoding leaves it
    /// out.</param>
    /// <exception cref="ArgumentException">The words are not as said.</exception>
    public static WordLevelTokenizer Create(IReadOnlyList<string> vocabulary, string unknown,
        string? beginOfSequence = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(unknown);
        var ids = new Dictionary<string, int>(vocabulary.Count, StringComparer.Ordinal);
        for (int id = 0; id < vocabulary.Count; id++)
        {
            string word = vocabulary[id];
            if (string.IsNullOrEmpty(word) || word.Any(char.IsWhiteSpace) || WellFormed.Text(word) != word)
                throw new ArgumentException(
                    $"word {id}, «{word}», is empty, has white space or is not well-formed text", nameof(vocabulary));
            if (!ids.TryAdd(word, id))
                throw new ArgumentException($"words {ids[word]} and {id} are both «{word}»", nameof(vocabulary));
        }
        if (!ids.ContainsKey(unknown))
            throw new ArgumentException($"«{unknown}» is not in the vocabulary", nameof(unknown));
        if (beginOfSequence is not null && (!ids.ContainsKey(beginOfSequence) || beginOfSequence == unknown))
            throw new ArgumentException($"«{beginOfSequence}» is not in the vocabulary, or is the unknown word",
                nameof(beginOfSequence));
        return new(Json(ids, unknown, beginOfSequence));
    }

    /// <summary>
    /// Writes a <c>tokenizer.json</c> that <see cref="TokenizerJson.Load"/> and Hugging Face's library open.
    /// </summary>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, json);
    }

    /// <inheritdoc/>
    public override string Kind => "whole words";

    /// <inheritdoc/>
    public override int VocabularySize => inner.VocabularySize;

    /// <inheritdoc/>
    public override int? BeginOfSequence => inner.BeginOfSequence;

    /// <inheritdoc/>
    public override int? EndOfSequence => inner.EndOfSequence;

    /// <inheritdoc/>
    public override int? Unknown => inner.Unknown;

    /// <inheritdoc/>
    public override bool AddsBeginOfSequence => inner.AddsBeginOfSequence;

    /// <inheritdoc/>
    public override void Encode(string text, List<int> ids) => inner.Encode(text, ids);

    /// <inheritdoc/>
    public override void DecodeBytes(int id, List<byte> bytes) => inner.DecodeBytes(id, bytes);

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> ids) => inner.Decode(ids);

    /// <inheritdoc/>
    public override string Piece(int id) => inner.Piece(id);

    /// <inheritdoc/>
    public override bool IsControl(int id) => inner.IsControl(id);

    /// <inheritdoc/>
    public override int? ControlToken(string text) => inner.ControlToken(text);

    private static byte[] Json(Dictionary<string, int> ids, string unknown, string? begin)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "1.0");
            writer.WriteNull("truncation");
            writer.WriteNull("padding");
            writer.WriteStartArray("added_tokens");
            if (begin is not null) WriteAddedToken(writer, ids[begin], begin);
            writer.WriteEndArray();
            writer.WriteNull("normalizer");
            writer.WriteStartObject("pre_tokenizer");
            writer.WriteString("type", "WhitespaceSplit");
            writer.WriteEndObject();
            if (begin is null) writer.WriteNull("post_processor");
            else WriteTemplate(writer, ids[begin], begin);
            writer.WriteNull("decoder");
            writer.WriteStartObject("model");
            writer.WriteString("type", "WordLevel");
            writer.WriteStartObject("vocab");
            foreach (var (word, id) in ids) writer.WriteNumber(word, id);
            writer.WriteEndObject();
            writer.WriteString("unk_token", unknown);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteAddedToken(Utf8JsonWriter writer, int id, string content)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteString("content", content);
        foreach (string option in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip", "normalized"])
            writer.WriteBoolean(option, false);
        writer.WriteBoolean("special", true);
        writer.WriteEndObject();
    }

    private static void WriteTemplate(Utf8JsonWriter writer, int id, string begin)
    {
        writer.WriteStartObject("post_processor");
        writer.WriteString("type", "TemplateProcessing");
        WriteParts("single", ["A"]);
        WriteParts("pair", ["A", "B"]);
        writer.WriteStartObject("special_tokens");
        writer.WriteStartObject(begin);
        writer.WriteString("id", begin);
        writer.WriteStartArray("ids");
        writer.WriteNumberValue(id);
        writer.WriteEndArray();
        writer.WriteStartArray("tokens");
        writer.WriteStringValue(begin);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();

        void WriteParts(string name, ReadOnlySpan<string> texts)
        {
            writer.WriteStartArray(name);
            WritePart("SpecialToken", begin, 0);
            for (int i = 0; i < texts.Length; i++) WritePart("Sequence", texts[i], i);
            writer.WriteEndArray();
        }

        void WritePart(string kind, string name, int type)
        {
            writer.WriteStartObject();
            writer.WriteStartObject(kind);
            writer.WriteString("id", name);
            writer.WriteNumber("type_id", type);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }
}
