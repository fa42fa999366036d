namespace Loci.Tokenizers.Unicode;

/// <summary>The normalization tables in a form that can be asked.</summary>
internal sealed class UnicodeTables
{
    private static readonly Lazy<UnicodeTables> Loaded = new(() => new UnicodeTables());

    private readonly Dictionary<int, int[]> canonical = [];
    private readonly Dictionary<int, int[]> compatible = [];
    private readonly Dictionary<long, int> composed = [];
    private readonly Dictionary<int, byte> classes = [];

    private UnicodeTables()
    {
        foreach (var (key, values) in Entries(UnicodeData.Pairs))
        {
            canonical[key] = values;
            composed[(long)values[0] << 32 | (long)values[1]] = key;
        }
        foreach (var (key, values) in Entries(UnicodeData.Singles)) canonical[key] = values;
        // Steps become whole decompositions; the compatibility ones are whole already.
        foreach (int key in canonical.Keys.ToArray()) canonical[key] = Expand(key);
        foreach (var (key, values) in canonical)
            compatible[key] = values;
        foreach (var (key, values) in Entries(UnicodeData.Compatible)) compatible[key] = values;
        foreach (int key in canonical.Keys)
            compatible[key] = [.. canonical[key].SelectMany(part => compatible.GetValueOrDefault(part, [part]))];
        foreach (var (first, values) in Entries(UnicodeData.Classes))
            for (int point = first; point <= values[0]; point++)
                classes[point] = (byte)values[1];
    }

    public static UnicodeTables Instance => Loaded.Value;

    /// <summary>
    /// The complete decomposition, or null where a character is its own. Hangul syllables are not in it.
    /// </summary>
    public int[]? Decomposition(int rune, bool compatibility) =>
        (compatibility ? compatible : canonical).GetValueOrDefault(rune);

    public byte CombiningClass(int rune) => rune < 0x300 ? (byte)0 : classes.GetValueOrDefault(rune);

    public int? Composition(int first, int second) =>
        composed.TryGetValue((long)first << 32 | (long)second, out int both) ? both : null;

    private int[] Expand(int rune) =>
        canonical.TryGetValue(rune, out int[]? parts) ? [.. parts.SelectMany(Expand)] : [rune];

    private static List<(int Key, int[] Values)> Entries(ReadOnlySpan<byte> data)
    {
        var entries = new List<(int, int[])>();
        var numbers = new List<int>();
        int number = 0;
        foreach (byte c in data)
        {
            if (c is (byte)'\n' or (byte)'\r') continue;
            if (c is (byte)'=' or (byte)',' or (byte)';')
            {
                numbers.Add(number);
                number = 0;
                if (c == ';') Close();
            }
            else number = number * 16 + (c <= '9' ? c - '0' : c - 'A' + 10);
        }
        numbers.Add(number);
        Close();
        return entries;

        void Close()
        {
            entries.Add((numbers[0], numbers[1..].ToArray()));
            numbers.Clear();
        }
    }
}
