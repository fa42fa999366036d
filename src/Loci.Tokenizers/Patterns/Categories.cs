using System.Globalization;

namespace Loci.Tokenizers.Patterns;

/// <summary>
/// General categories as bit sets. The categories are those of .NET's Unicode version; characters younger than the
/// version a tokenizer was made with are the only ones that can fall differently.
/// </summary>
internal static class Categories
{
    public static readonly uint Letter = Bits(0, 1, 2, 3, 4);
    public static readonly uint Mark = Bits(5, 6, 7);
    public static readonly uint Number = Bits(8, 9, 10);
    public static readonly uint Punctuation = Bits(18, 19, 20, 21, 22, 23, 24);
    public static readonly uint Symbol = Bits(25, 26, 27, 28);
    public static readonly uint Separator = Bits(11, 12, 13);

    private static readonly Dictionary<string, uint> Named = new(StringComparer.Ordinal)
    {
        ["L"] = Letter, ["Lu"] = Bits(0), ["Ll"] = Bits(1), ["Lt"] = Bits(2), ["Lm"] = Bits(3), ["Lo"] = Bits(4),
        ["M"] = Mark, ["Mn"] = Bits(5), ["Mc"] = Bits(6), ["Me"] = Bits(7),
        ["N"] = Number, ["Nd"] = Bits(8), ["Nl"] = Bits(9), ["No"] = Bits(10),
        ["Z"] = Separator, ["Zs"] = Bits(11), ["Zl"] = Bits(12), ["Zp"] = Bits(13),
        ["Cc"] = Bits(14), ["Cf"] = Bits(15), ["Co"] = Bits(17),
        ["P"] = Punctuation, ["Pc"] = Bits(18), ["Pd"] = Bits(19), ["Ps"] = Bits(20), ["Pe"] = Bits(21),
        ["Pi"] = Bits(22), ["Pf"] = Bits(23), ["Po"] = Bits(24),
        ["S"] = Symbol, ["Sm"] = Bits(25), ["Sc"] = Bits(26), ["Sk"] = Bits(27), ["So"] = Bits(28),
    };

    /// <summary>The characters of <c>\w</c>: Alphabetic, marks, decimal digits, connectors, joiners.</summary>
    /// <remarks>Alphabetic is letters, letter numbers, marks, and the enclosed letters listed as ranges.</remarks>
    public static readonly CharacterClass.Item[] Word =
    [
        CharacterClass.Item.Of(Letter | Mark | Bits(8, 9, 18)),
        CharacterClass.Item.Range(0x24B6, 0x24E9), CharacterClass.Item.Range(0x1F130, 0x1F149),
        CharacterClass.Item.Range(0x1F150, 0x1F169), CharacterClass.Item.Range(0x1F170, 0x1F189),
        CharacterClass.Item.Range(0x200C, 0x200D),
    ];

    public static bool TryFind(string name, out uint categories) => Named.TryGetValue(name, out categories);

    private static uint Bits(params ReadOnlySpan<int> categories)
    {
        uint bits = 0;
        foreach (int category in categories) bits |= 1u << category;
        return bits;
    }

    public static bool Contains(uint categories, int rune) =>
        (categories >> (int)CharUnicodeInfo.GetUnicodeCategory(rune) & 1) != 0;
}
