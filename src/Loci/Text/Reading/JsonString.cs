using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Loci.Text.Reading;

/// <summary>
/// The bytes of a JSON string. The reader's own conversion refuses invalid UTF-8 and unpaired surrogate escapes,
/// which web text is full of; here they are kept, or replaced and counted.
/// </summary>
internal static class JsonString
{
    /// <summary>True where the reader stands on a string that reads <paramref name="expected"/>.</summary>
    public static bool Is(scoped in Utf8JsonReader reader, ReadOnlySpan<byte> expected) =>
        Bytes(reader, out _).SequenceEqual(expected);

    /// <summary>The string the reader stands on, as UTF-8 with its escapes resolved.</summary>
    /// <param name="reader">A reader over one contiguous buffer, on a string or property name.</param>
    /// <param name="unpaired">How many surrogate escapes had no partner; each became U+FFFD.</param>
    public static ReadOnlySpan<byte> Bytes(scoped in Utf8JsonReader reader, out int unpaired)
    {
        unpaired = 0;
        return reader.ValueIsEscaped ? Unescape(reader.ValueSpan, out unpaired) : reader.ValueSpan;
    }

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> escaped, out int unpaired)
    {
        unpaired = 0;
        byte[] plain = new byte[escaped.Length]; // no escape is shorter than what it stands for
        int length = 0;
        while (true)
        {
            int escape = escaped.IndexOf((byte)'\\');
            var verbatim = escape < 0 ? escaped : escaped[..escape];
            verbatim.CopyTo(plain.AsSpan(length));
            length += verbatim.Length;
            if (escape < 0) return plain.AsSpan(0, length);
            escaped = escaped[escape..];
            if (escaped[1] != 'u')
            {
                plain[length++] = escaped[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var self => self,
                };
                escaped = escaped[2..];
                continue;
            }

            char unit = CodeUnit(escaped);
            escaped = escaped[6..];
            if (!Rune.TryCreate(unit, out var rune))
            {
                if (char.IsHighSurrogate(unit) && escaped.StartsWith("\\u"u8)
                    && Rune.TryCreate(unit, CodeUnit(escaped), out rune))
                    escaped = escaped[6..];
                else
                    (rune, unpaired) = (Rune.ReplacementChar, unpaired + 1);
            }

            length += rune.EncodeToUtf8(plain.AsSpan(length));
        }
    }

    // The reader has checked that four hexadecimal digits follow.
    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'X') ? (char)unit : '\uFFFD';
}
