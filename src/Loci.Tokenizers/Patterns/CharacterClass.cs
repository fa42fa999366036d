using System.Globalization;
using System.Text;

namespace Loci.Tokenizers.Patterns;

/// <summary>A set of Unicode scalar values: ranges, general categories, and complements of those.</summary>
internal sealed class CharacterClass
{
    private readonly List<Item> items;
    private readonly bool negated;
    private readonly bool[] ascii = new bool[128];

    public CharacterClass(IEnumerable<Item> items, bool negated = false)
    {
        this.items = [.. items];
        this.negated = negated;
        for (int rune = 0; rune < 128; rune++) ascii[rune] = Evaluate(rune);
    }

    /// <summary>A part of a class.</summary>
    /// <param name="First">First scalar value of a range.</param>
    /// <param name="Last">Last scalar value of the range; less than <paramref name="First"/> for none.</param>
    /// <param name="Categories">A bit for every <see cref="UnicodeCategory"/> that belongs.</param>
    /// <param name="WhiteSpace">True when Unicode's White_Space belongs.</param>
    /// <param name="Negated">True for the complement of all that.</param>
    public readonly record struct Item(int First, int Last, uint Categories, bool WhiteSpace, bool Negated)
    {
        public static Item Range(int first, int last) => new(first, last, 0, false, false);

        public static Item Of(uint categories, bool negated = false) => new(0, -1, categories, false, negated);

        public static Item Space(bool negated = false) => new(0, -1, 0, true, negated);
    }

    public bool Contains(int rune) => (uint)rune < 128 ? ascii[rune] : Evaluate(rune);

    /// <summary>Where a run of members that begins at a place ends, after at most so many of them.</summary>
    public int Span(ReadOnlySpan<char> text, int at, int most, out int count)
    {
        count = 0;
        while (count < most && at < text.Length)
        {
            char first = text[at];
            if (first < 128)
            {
                if (!ascii[first]) break;
                at++;
            }
            else
            {
                Rune.DecodeFromUtf16(text[at..], out var rune, out int length);
                if (!Evaluate(rune.Value)) break;
                at += length;
            }
            count++;
        }
        return at;
    }

    private bool Evaluate(int rune)
    {
        uint category = 1u << (int)CharUnicodeInfo.GetUnicodeCategory(rune);
        foreach (var item in items)
        {
            bool inside = (rune >= item.First && rune <= item.Last)
                || (item.Categories & category) != 0
                || (item.WhiteSpace && Rune.IsValid(rune) && Rune.IsWhiteSpace(new Rune(rune)));
            if (inside != item.Negated) return !negated;
        }
        return negated;
    }
}
