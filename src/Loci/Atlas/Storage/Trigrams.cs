using System.Text;

namespace Loci.Atlas.Storage;

/// <summary>
/// Turns a text into a query of the trigram index that finds every sentence containing it, and perhaps others. FTS5
/// folds case by tables of its own, so only trigrams of characters on which they and .NET agree are asked for.
/// </summary>
internal static class Trigrams
{
    /// <summary>More would not narrow the search, only deepen the query.</summary>
    private const int Most = 32;

    /// <summary>
    /// The query; null where the index cannot help: fewer than three characters, or none it can vouch for.
    /// </summary>
    public static string? Query(string text)
    {
        if (text.Contains('\0')) return null;
        var runes = text.EnumerateRunes().ToArray();
        var query = new StringBuilder();
        var known = new HashSet<string>();
        for (int i = 0; i + 3 <= runes.Length && known.Count < Most; i++)
        {
            if (!IsSafe(runes[i]) || !IsSafe(runes[i + 1]) || !IsSafe(runes[i + 2])) continue;
            string trigram = $"{runes[i]}{runes[i + 1]}{runes[i + 2]}";
            if (!known.Add(trigram)) continue;
            if (query.Length > 0) query.Append(" AND ");
            query.Append('"').Append(trigram.Replace("\"", "\"\"")).Append('"');
        }
        return query.Length == 0 ? null : query.ToString();
    }

    /// <summary>
    /// Whatever .NET takes for the same character in another case, FTS5 does too: ASCII, and characters without case.
    /// U+FFFD stands for half a surrogate pair in a query, and is not one.
    /// </summary>
    internal static bool IsSafe(Rune rune) =>
        rune.IsAscii
        || (rune.Value != 0xFFFD && Rune.ToUpperInvariant(rune) == rune && Rune.ToLowerInvariant(rune) == rune);
}
