using System.Text;

namespace Loci.Tokenizers.Models;

/// <summary>
/// GPT-2's alphabet of 256 printable characters, one for each byte: the printable ones of Latin-1 stand for themselves,
/// the others are numbered on from U+0100 («Ġ» is a space).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly Dictionary<char, byte> Bytes =
        Characters.Select((c, index) => (c, index)).ToDictionary(pair => pair.c, pair => (byte)pair.index);

    /// <summary>The bytes of a text, as characters of the alphabet.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, (chars, from) =>
        {
            for (int i = 0; i < chars.Length; i++) chars[i] = Characters[from[i]];
        });
    }

    /// <summary>The character that stands for a byte.</summary>
    public static char Character(byte value) => Characters[value];

    /// <summary>
    /// The bytes a token stands for; those of the token itself where a character is not of the alphabet.
    /// </summary>
    public static byte[] Read(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
            if (!Bytes.TryGetValue(token[i], out bytes[i])) return Encoding.UTF8.GetBytes(token);
        return bytes;
    }

    private static char[] Build()
    {
        var characters = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
            characters[value] = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255)
                ? (char)value
                : (char)next++;
        return characters;
    }
}
