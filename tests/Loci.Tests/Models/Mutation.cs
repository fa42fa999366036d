using System.Text;

namespace Loci.Tests.Models;

/// <summary>Damages a valid input a little, the same way for the same random numbers.</summary>
internal static class Mutation
{
    // What readers of JSON and of binary headers stumble over.
    private static readonly byte[][] Words =
    [
        .. ((string[])["{", "}", "[", "]", ",", ":", "\"", "\\ud800", "\\u0000", "null", "-1", "0", "1e999", "1.5",
            "[[[[[[[[[[", "{\"a\":",
            "9223372036854775807", "18446744073709551616", "../", "__metadata__", "dtype", "shape", "F16", "F4",
            " "]).Select(Encoding.UTF8.GetBytes),
        [0], [0xFF], [0x80], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0xEF, 0xBB, 0xBF],
    ];

    public static byte[] Of(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (int edits = random.Next(1, 6); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count + 1), count = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0 when count > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, count);
                    break;
                case 2:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, count));
                    break;
                case 3:
                    bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                    break;
                case 4:
                    byte[] word = Words[random.Next(Words.Length)];
                    bytes.RemoveRange(at, Math.Min(word.Length, bytes.Count - at));
                    bytes.InsertRange(at, word);
                    break;
                default:
                    if (random.Next(4) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }
}
