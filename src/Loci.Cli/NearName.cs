namespace Loci.Cli;

/// <summary>The name that a person may have meant.</summary>
internal static class NearName
{
    /// <summary>
    /// The nearest of some names, or null where none is near: at most a third of the letters wrong, missing, added or
    /// swapped.
    /// </summary>
    public static string? Of(string typed, IEnumerable<string> names)
    {
        int most = Math.Max(1, typed.TrimStart('-').Length / 3);
        return names
            .Select(
                name =>
                    (Name: name, Distance: Begins(name, typed)
                        ? 1
                        : Distance(typed.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(pair => pair.Distance <= most)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => pair.Name).FirstOrDefault();
    }

    /// <summary>« Did you mean …?», or nothing.</summary>
    public static string Suggestion(string typed, IEnumerable<string> names) =>
        Of(typed, names) is { } name ? $" Did you mean {name}?" : "";

    private static bool Begins(string name, string typed) =>
        typed.TrimStart('-').Length >= 3 && name.StartsWith(typed, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Letters to change, add, leave out or swap with their neighbour (optimal string alignment, Damerau 1964).
    /// </summary>
    internal static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                cost[i, j] = Math.Min(
                    Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        return cost[a.Length, b.Length];
    }
}
