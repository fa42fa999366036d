using System.Text;

namespace Loci.Atlas;

/// <summary>
/// One sentence of the corpus as the model read it: its tokens, their text, and where in the text each token ends, so
/// that any prefix can be cut out and any token coloured. A beginning-of-sequence token is not among the tokens.
/// </summary>
public sealed record AtlasSentence
{
    /// <summary>Creates a sentence from text and token ends.</summary>
    /// <param name="id">Sentence of the corpus, from 0, in corpus order; less than 2³².</param>
    /// <param name="tokens">Token ids.</param>
    /// <param name="text">What the tokens decode to: valid Unicode without NUL.</param>
    /// <param name="ends">
    /// For every token the end of its text, an index into <paramref name="text"/>: ascending, the last is the text's
    /// length, none inside a surrogate pair.
    /// </param>
    /// <param name="cut">The sentence went on beyond the context length.</param>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public AtlasSentence(long id, IReadOnlyList<int> tokens, string text, IReadOnlyList<int> ends, bool cut)
    {
        if (id is < 0 or > uint.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(id), id, "outside 0 to 2^32 - 1");
        if (tokens.Count != ends.Count)
            throw new ArgumentException($"sentence {id}: {tokens.Count} tokens with {ends.Count} ends", nameof(ends));
        int from = 0;
        foreach (int end in ends)
        {
            if (end < from || end > text.Length)
                throw new ArgumentException(
                    $"sentence {id}: a token ends at {end}, outside {from} to {text.Length}", nameof(ends));
            if (end > 0 && end < text.Length && char.IsSurrogatePair(text[end - 1], text[end]))
                throw new ArgumentException($"sentence {id}: a token ends inside a character, at {end}", nameof(ends));
            from = end;
        }
        if (from != text.Length)
            throw new ArgumentException(
                $"sentence {id}: tokens cover {from} of {text.Length} characters", nameof(ends));
        if (text.Contains('\0')) throw new ArgumentException($"sentence {id} contains NUL", nameof(text));
        for (int at = 0; at < text.Length; at++)
            if (!char.IsSurrogate(text[at])) continue;
            else if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1])) at++;
            else throw new ArgumentException($"sentence {id} contains half a character, at {at}", nameof(text));
        (Id, Tokens, Text, Ends, Cut) = (id, tokens, text, ends, cut);
    }

    /// <summary>Sentence of the corpus, from 0.</summary>
    public long Id { get; }

    /// <summary>Token ids.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>What the tokens decode to.</summary>
    public string Text { get; }

    /// <summary>For every token the end of its text, an index into <see cref="Text"/>.</summary>
    public IReadOnlyList<int> Ends { get; }

    /// <summary>The sentence went on beyond the context length.</summary>
    public bool Cut { get; }

    /// <summary>Text of the prefix whose last token is at a position.</summary>
    public string Prefix(int position) => Text[..Ends[position]];

    /// <summary>Text of one token; empty where it only completes a later one's character.</summary>
    public string TokenText(int position) => Text[(position == 0 ? 0 : Ends[position - 1])..Ends[position]];

    /// <summary>The token after a prefix; null for the whole sentence.</summary>
    public int? NextToken(int position) => position + 1 < Tokens.Count ? Tokens[position + 1] : null;

    /// <summary>
    /// Creates a sentence from the bytes of its tokens. A character belongs to the token that completes it; bytes that
    /// are not UTF-8, and NUL, become U+FFFD.
    /// </summary>
    /// <param name="id">Sentence of the corpus, from 0.</param>
    /// <param name="tokens">Token ids.</param>
    /// <param name="decode">Appends the UTF-8 bytes of one token as it stands in running text.</param>
    /// <param name="cut">The sentence went on beyond the context length.</param>
    public static AtlasSentence FromTokens(long id, IReadOnlyList<int> tokens, Action<int, List<byte>> decode, bool cut)
    {
        var text = new StringBuilder();
        var ends = new int[tokens.Count];
        var bytes = new List<byte>();
        var decoder = Encoding.UTF8.GetDecoder();
        for (int at = 0; at < tokens.Count; at++)
        {
            bytes.Clear();
            decode(tokens[at], bytes);
            var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
            bool flush = at == tokens.Count - 1;
            var characters = new char[decoder.GetCharCount(span, flush)];
            int count = decoder.GetChars(span, characters, flush);
            characters.AsSpan(0, count).Replace('\0', '\uFFFD');
            text.Append(characters, 0, count);
            ends[at] = text.Length;
        }
        return new(id, tokens, text.ToString(), ends, cut);
    }

    /// <inheritdoc/>
    public bool Equals(AtlasSentence? other) =>
        other is not null && Id == other.Id && Cut == other.Cut && Text == other.Text
        && Tokens.SequenceEqual(other.Tokens) && Ends.SequenceEqual(other.Ends);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Text);
}
