namespace Loci.Tokenizers.Training;

/// <summary>
/// Neighbouring tokens in weighted words, counted once and then kept up to date by merges. A heap gives the most
/// frequent pair; entries whose count has fallen since are put back with the count they have.
/// </summary>
internal sealed class PairCounts
{
    private readonly List<(int[] Symbols, long Count)> _words;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    // words that hold the pair, or once did
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _heap = new(
        Comparer<(long Count, int Left, int Right)>.Create(Order));
    private int _next;

    /// <param name="words">Tokens of each word, and how often it occurs.</param>
    /// <param name="firstMerge">Id of the first new token.</param>
    public PairCounts(IEnumerable<(int[] Symbols, long Count)> words, int firstMerge)
    {
        (_words, _next) = ([.. words], firstMerge);
        for (int w = 0; w < _words.Count; w++) Count(w, 1);
        foreach (var (pair, count) in _counts) _heap.Enqueue(pair, (count, pair.Left, pair.Right));
    }

    /// <summary>The merges, best first.</summary>
    public List<(int Left, int Right)> Merge(int most, long minimumCount)
    {
        var merges = new List<(int, int)>();
        while (merges.Count < most && Best() is { } best && _counts[best] >= minimumCount)
        {
            merges.Add(best);
            Join(best, _next++);
        }
        return merges;
    }

    private (int Left, int Right)? Best()
    {
        while (_heap.TryDequeue(out var pair, out var priority))
        {
            long count = _counts.GetValueOrDefault(pair);
            if (count == priority.Count && count > 0) return pair;
            if (count > 0 && count < priority.Count) _heap.Enqueue(pair, (count, pair.Left, pair.Right));
        }
        return null;
    }

    private void Join((int Left, int Right) pair, int becomes)
    {
        var made = new HashSet<(int Left, int Right)>();
        foreach (int w in _places[pair])
        {
            var (symbols, count) = _words[w];
            var joined = new List<int>(symbols.Length);
            for (int i = 0; i < symbols.Length; i++)
            {
                bool match = i + 1 < symbols.Length && symbols[i] == pair.Left && symbols[i + 1] == pair.Right;
                joined.Add(match ? becomes : symbols[i]);
                if (match) i++;
            }
            if (joined.Count == symbols.Length) continue;
            Count(w, -1);
            _words[w] = ([.. joined], count);
            Count(w, 1);
            for (int i = 0; i + 1 < joined.Count; i++)
                if (joined[i] == becomes || joined[i + 1] == becomes) made.Add((joined[i], joined[i + 1]));
        }
        _counts.Remove(pair);
        _places.Remove(pair);
        foreach (var one in made) _heap.Enqueue(one, (_counts[one], one.Left, one.Right));
    }

    private void Count(int w, int sign)
    {
        var (symbols, count) = _words[w];
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + sign * count;
            if (sign < 0) continue;
            if (!_places.TryGetValue(pair, out var places)) _places.Add(pair, places = []);
            places.Add(w);
        }
    }

    // The largest count first, then the smaller ids.
    private static int Order((long Count, int Left, int Right) a, (long Count, int Left, int Right) b) =>
        a.Count != b.Count ? b.Count.CompareTo(a.Count)
        : a.Left != b.Left ? a.Left.CompareTo(b.Left)
        : a.Right.CompareTo(b.Right);
}
