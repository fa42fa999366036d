using System.Text;

namespace Loci.Atlas.Storage;

/// <summary>
/// The tokens of a sentence as a blob: per token its id and how many UTF-8 bytes of the text it covers, as varints.
/// </summary>
internal static class SentenceTokens
{
    public static byte[] Encode(AtlasSentence sentence)
    {
        var bytes = new List<byte>(sentence.Tokens.Count * 3);
        int from = 0;
        for (int i = 0; i < sentence.Tokens.Count; i++)
        {
            Varint.Write(bytes, (ulong)sentence.Tokens[i]);
            Varint.Write(bytes, (ulong)Encoding.UTF8.GetByteCount(sentence.Text.AsSpan(from, sentence.Ends[i] - from)));
            from = sentence.Ends[i];
        }
        return [.. bytes];
    }

    /// <summary>The sentence; null where the blob does not fit the text or the vocabulary.</summary>
    public static AtlasSentence? Decode(long id, string text, ReadOnlySpan<byte> blob, bool cut, int vocabulary)
    {
        var tokens = new List<int>();
        var ends = new List<int>();
        int end = 0;
        while (!blob.IsEmpty)
        {
            if (!Varint.TryRead(ref blob, out long token) || token >= vocabulary) return null;
            if (!Varint.TryRead(ref blob, out long length)) return null;
            while (length > 0)
            {
                if (Rune.DecodeFromUtf16(text.AsSpan(end), out var rune,
                    out int used) != System.Buffers.OperationStatus.Done)
                    return null;
                length -= rune.Utf8SequenceLength;
                end += used;
            }
            if (length < 0) return null;
            tokens.Add((int)token);
            ends.Add(end);
        }
        return end == text.Length && !text.Contains('\0') && id is >= 0 and <= uint.MaxValue
            ? new(id, tokens, text, ends, cut)
            : null;
    }
}
