using System.Globalization;

namespace Loci.Tokenizers.Models;

/// <summary>
/// The pieces <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> that stand for single bytes where a character has no piece.
/// </summary>
internal static class BytePieces
{
    /// <summary>The piece of every byte, or null where a vocabulary lacks it.</summary>
    public static int?[] Find(IReadOnlyDictionary<string, int> vocabulary)
    {
        var ids = new int?[256];
        for (int value = 0; value < 256; value++)
            if (vocabulary.TryGetValue($"<0x{value:X2}>", out int id)) ids[value] = id;
        return ids;
    }

    /// <summary>The byte a piece stands for.</summary>
    public static bool TryParse(string piece, out byte value)
    {
        value = 0;
        if (piece.Length != 6 || !piece.StartsWith("<0x", StringComparison.Ordinal) || piece[5] != '>') return false;
        // Rust's parser of hexadecimal numbers takes a leading plus sign.
        var digits = piece.AsSpan(3, 2);
        if (digits[0] == '+') digits = digits[1..];
        return byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
