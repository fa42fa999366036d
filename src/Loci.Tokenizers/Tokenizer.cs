namespace Loci.Tokenizers;

/// <summary>
/// Text to token ids and back, exactly as the tokenizer a model was trained with. Instances are immutable to the
/// caller and safe to use from many threads at once.
/// </summary>
/// <remarks>
/// A model may know more ids than its tokenizer: embeddings are padded to round sizes. An id without a piece, inside
/// the vocabulary or beyond it, is no error anywhere here: it has no bytes, and its piece and text are empty.
/// </remarks>
public abstract class Tokenizer
{
    /// <summary>What it is, in the words of the field, such as «byte-pair encoding».</summary>
    public abstract string Kind { get; }

    /// <summary>One more than the largest id, special and added tokens included.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The beginning-of-sequence token, if there is one.</summary>
    public abstract int? BeginOfSequence { get; }

    /// <summary>The end-of-sequence token, if there is one.</summary>
    public abstract int? EndOfSequence { get; }

    /// <summary>What stands for text the vocabulary has no token for, or null where there is no such text.</summary>
    public abstract int? Unknown { get; }

    /// <summary>True when the model's own convention puts <see cref="BeginOfSequence"/> before a text.</summary>
    public abstract bool AddsBeginOfSequence { get; }

    /// <summary>Appends the ids of a text, without beginning- or end-of-sequence tokens.</summary>
    public abstract void Encode(string text, List<int> ids);

    /// <summary>
    /// Appends the UTF-8 bytes of one token as it stands in running text after other tokens, so that decoding a
    /// sequence is concatenation (a leading space of the first token is the caller's to drop: see
    /// <see cref="Decode"/>). Control tokens give no bytes.
    /// </summary>
    /// <param name="id">The token, at least 0.</param>
    /// <param name="bytes">Where the bytes go.</param>
    public abstract void DecodeBytes(int id, List<byte> bytes);

    /// <summary>The text of a sequence of tokens; bytes that are not UTF-8 become U+FFFD.</summary>
    public abstract string Decode(ReadOnlySpan<int> ids);

    /// <summary>
    /// The token as its vocabulary writes it («Ġthe», «▁the», «&lt;0x0A&gt;»), for people who debug; empty where it has
    /// none.
    /// </summary>
    public abstract string Piece(int id);

    /// <summary>
    /// The control token that is written so («&lt;|im_end|&gt;») and has no text of its own, or null.
    /// </summary>
    public abstract int? ControlToken(string text);

    /// <summary>True for a token that is looked for by its spelling and never shown.</summary>
    public abstract bool IsControl(int id);

    /// <summary>
    /// The words of a text, cut at white space, that become <see cref="Unknown"/> in part or whole, each once, in
    /// order.
    /// </summary>
    public IReadOnlyList<string> UnknownWords(string text) =>
        Unknown is not { } unknown || !Encode(text).Contains(unknown) ? []
        : [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)
            .Where(word => Encode(word).Contains(unknown))];

    /// <summary>The ids of a text, without beginning- or end-of-sequence tokens.</summary>
    public List<int> Encode(string text)
    {
        var ids = new List<int>(text.Length / 3 + 1);
        Encode(text, ids);
        return ids;
    }
}
