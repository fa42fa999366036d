using System.Runtime.InteropServices;
using System.Text;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers.Unicode;

/// <summary>
/// Unicode normalization forms (Unicode Standard Annex 15). Ours, because <see cref="string.Normalize()"/> returns
/// its argument unchanged on Linux where globalization is invariant, and otherwise depends on the machine's ICU.
/// </summary>
internal sealed class UnicodeNormalizer(bool compatibility, bool compose) : Normalizer
{
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, NCount = VCount * TCount, SCount = LCount * NCount;

    private readonly UnicodeTables tables = UnicodeTables.Instance;

    public override string Apply(string text)
    {
        // Below U+00A0 nothing decomposes; below U+0300 nothing composes with what follows or decomposes canonically to
        // something that would not compose again.
        int harmless = text.AsSpan().IndexOfAnyExceptInRange('\0', compose && !compatibility ? '\u02FF' : '\u009F');
        if (harmless < 0) return text;

        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, runes);
        var span = CollectionsMarshal.AsSpan(runes);
        Order(span);
        int length = compose ? Compose(span) : span.Length;

        var result = new StringBuilder(text.Length);
        Span<char> chars = stackalloc char[2];
        foreach (int rune in span[..length]) result.Append(chars[..new Rune(rune).EncodeToUtf16(chars)]);
        return result.ToString();
    }

    private void Decompose(int rune, List<int> into)
    {
        int syllable = rune - SBase;
        if ((uint)syllable < SCount)
        {
            into.Add(LBase + syllable / NCount);
            into.Add(VBase + syllable % NCount / TCount);
            if (syllable % TCount != 0) into.Add(TBase + syllable % TCount);
        }
        else if (rune >= 0xA0 && tables.Decomposition(rune, compatibility) is { } parts) into.AddRange(parts);
        else into.Add(rune);
    }

    /// <summary>
    /// The canonical ordering: every run of combining marks sorted by class, equals staying in order.
    /// </summary>
    private void Order(Span<int> runes)
    {
        for (int at = 0; at < runes.Length; at++)
        {
            if (tables.CombiningClass(runes[at]) == 0) continue;
            int start = at;
            while (at < runes.Length && tables.CombiningClass(runes[at]) != 0) at++;
            var run = runes[start..at];
            if (run.Length < 2) continue;
            // Class above, place below: a sort by this key is stable, and fast for a hostile run of a million marks.
            var keys = new long[run.Length];
            for (int i = 0; i < keys.Length; i++) keys[i] = (long)tables.CombiningClass(run[i]) << 32 | (long)i;
            keys.AsSpan().Sort(run);
        }
    }

    /// <summary>The canonical composition, in place; the new length.</summary>
    private int Compose(Span<int> runes)
    {
        int length = 0;
        int starter = -1;
        int lastClass = -1;
        foreach (int rune in runes)
        {
            int combiningClass = tables.CombiningClass(rune);
            // Blocked when something of the same or a higher class stands between, or a starter does.
            bool adjacent = starter >= 0 && (lastClass < combiningClass || lastClass == -1);
            if (adjacent && Pair(runes[starter], rune) is { } both)
            {
                runes[starter] = both;
                continue;
            }
            if (combiningClass == 0)
            {
                starter = length;
                lastClass = -1;
            }
            else lastClass = combiningClass;
            runes[length++] = rune;
        }
        return length;
    }

    private int? Pair(int first, int second)
    {
        if ((uint)(first - LBase) < LCount && (uint)(second - VBase) < VCount)
            return SBase + ((first - LBase) * VCount + (second - VBase)) * TCount;
        if ((uint)(first - SBase) < SCount && (first - SBase) % TCount == 0 && second > TBase
            && second < TBase + TCount)
            return first + (second - TBase);
        return tables.Composition(first, second);
    }
}
