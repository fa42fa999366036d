namespace Loci.Tokenizers;

/// <summary>
/// Text to token ids and back, exactly as the tokenizer a model was trained with. Instances are immutable to the
/// caller and safe to use from many threads at once.
/// </summary>
public abstract class Tokenizer
{
    /// <summary>One more than the largest id, special and added tokens included.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The beginning-of-sequence token, if there is one.</summary>
    public abstract int? BeginOfSequence { get; }

    /// <summary>The end-of-sequence token, if there is one.</summary>
    public abstract int? EndOfSequence { get; }

    /// <summary>True when the model's own convention puts <see cref="BeginOfSequence"/> before a text.</summary>
    public abstract bool AddsBeginOfSequence { get; }

    /// <summary>Appends the ids of a text, without beginning- or end-of-sequence tokens.</summary>
    public abstract void Encode(string text, List<int> ids);

    /// <summary>
    /// Appends the UTF-8 bytes of one token as it stands in running text after other tokens, so that decoding a
    /// sequence is concatenation (a leading space of the first token is the caller's to drop: see
    /// <see cref="Decode"/>). Control tokens give no bytes.
    /// </summary>
    /// <param name="id">The token; an id outside the vocabulary is an <see cref="ArgumentOutOfRangeException"/>.</param>
    /// <param name="bytes">Where the bytes go.</param>
    public abstract void DecodeBytes(int id, List<byte> bytes);

    /// <summary>The text of a sequence of tokens; bytes that are not UTF-8 become U+FFFD.</summary>
    public abstract string Decode(ReadOnlySpan<int> ids);

    /// <summary>The token as its vocabulary writes it («Ġthe», «▁the», «&lt;0x0A&gt;»), for people who debug.</summary>
    public abstract string Piece(int id);

    /// <summary>The ids of a text, without beginning- or end-of-sequence tokens.</summary>
    public List<int> Encode(string text)
    {
        var ids = new List<int>(text.Length / 3 + 1);
        Encode(text, ids);
        return ids;
    }
}
