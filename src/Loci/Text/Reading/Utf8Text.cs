using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Loci.Text.Reading;

/// <summary>UTF-8 to text: what is invalid is replaced and counted, line ends become <c>\n</c>.</summary>
internal static class Utf8Text
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Decodes a document. Each maximal invalid subsequence (Unicode 3.9, table 3-8, as every browser does it) and each
    /// NUL becomes one U+FFFD.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes, CorpusStatistics statistics)
    {
        char[] rented = ArrayPool<char>.Shared.Rent(bytes.Length);
        int length = 0;
        while (true)
        {
            var status = Utf8.ToUtf16(
                bytes, rented.AsSpan(length), out int read, out int written, replaceInvalidSequences: false);
            length += written;
            if (status == OperationStatus.Done) break;
            bytes = bytes[read..];
            Rune.DecodeFromUtf8(bytes, out _, out int invalid);
            statistics.InvalidSequences++;
            rented[length++] = Replacement;
            bytes = bytes[invalid..];
        }

        var text = rented.AsSpan(0, length);
        if (text.Contains('\0'))
        {
            statistics.Nuls += text.Count('\0');
            text.Replace('\0', Replacement);
        }

        if (text.Contains('\r')) text = text[..NormalizeLineEnds(text)];
        string result = new(text);
        ArrayPool<char>.Shared.Return(rented);
        return result;
    }

    /// <summary>
    /// Where to cut a text that is longer than <paramref name="limit"/> bytes: after its last line end, or else after
    /// its last space, or else between two characters; never 0.
    /// </summary>
    public static int CutPosition(ReadOnlySpan<byte> bytes, int limit)
    {
        var head = bytes[..limit];
        if (head.LastIndexOf((byte)'\n') is >= 0 and int line) return line + 1;
        if (head.LastIndexOf((byte)' ') is >= 0 and int space) return space + 1;
        // A character has at most three continuation bytes; longer runs are invalid and may be cut anywhere.
        int cut = limit;
        while (cut > limit - 3 && (bytes[cut] & 0xC0) == 0x80) cut--;
        return (bytes[cut] & 0xC0) == 0x80 ? limit : cut;
    }

    private static int NormalizeLineEnds(Span<char> text)
    {
        int to = 0;
        for (int from = 0; from < text.Length; from++)
        {
            char c = text[from];
            if (c == '\r')
            {
                c = '\n';
                if (from + 1 < text.Length && text[from + 1] == '\n') from++;
            }

            text[to++] = c;
        }

        return to;
    }
}
