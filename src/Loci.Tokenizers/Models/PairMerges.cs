using System.Buffers;

namespace Loci.Tokenizers.Models;

/// <summary>
/// The merges of byte pair encoding: the pair of the lowest rank is merged first, the leftmost among equals, until none
/// is left. A priority queue over a linked list keeps a word of n symbols at O(n log n).
/// </summary>
internal sealed class PairMerges
{
    private readonly Dictionary<long, (int Rank, int Id)> merges;

    public PairMerges(int capacity) => merges = new(capacity);

    /// <summary>Says that two neighbours become one; the later of two rules for the same pair counts.</summary>
    public void Add(int left, int right, int rank, int id) => merges[Key(left, right)] = (rank, id);

    /// <summary>Appends what the merges make of a word's symbols, which are overwritten.</summary>
    public void Apply(Span<int> symbols, List<int> ids)
    {
        int count = symbols.Length;
        if (count > 1) count = count <= 24 ? MergeShort(symbols) : MergeLong(symbols);
        foreach (int id in symbols[..count]) ids.Add(id);
    }

    /// <summary>Looks for the best pair anew after every merge: quadratic, and fastest for words.</summary>
    private int MergeShort(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<int> ranks = stackalloc int[symbols.Length];
        for (int i = 0; i + 1 < count; i++) ranks[i] = Rank(symbols[i], symbols[i + 1]);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i + 1 < count; i++)
                if (ranks[i] < ranks[best]) best = i;
            if (ranks[best] == int.MaxValue) break;
            symbols[best] = merges[Key(symbols[best], symbols[best + 1])].Id;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            count--;
            if (best > 0) ranks[best - 1] = Rank(symbols[best - 1], symbols[best]);
            if (best + 1 < count) ranks[best] = Rank(symbols[best], symbols[best + 1]);
        }
        return count;
    }

    private int MergeLong(Span<int> symbols)
    {
        int[] links = ArrayPool<int>.Shared.Rent(2 * symbols.Length);
        var previous = links.AsSpan(0, symbols.Length);
        var next = links.AsSpan(symbols.Length, symbols.Length);
        var queue = new PriorityQueue<int, long>(symbols.Length); // (id it becomes), by rank above place
        for (int i = 0; i < symbols.Length; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1;
            if (i + 1 < symbols.Length) Offer(queue, symbols, i, i + 1);
        }

        while (queue.TryDequeue(out int becomes, out long priority))
        {
            int left = (int)priority;
            int right = next[left];
            // Of an entry whose pair has changed since, nothing is left to do.
            if (right < 0 || right >= symbols.Length) continue;
            if (!merges.TryGetValue(Key(symbols[left], symbols[right]), out var merge) || merge.Id != becomes) continue;

            symbols[left] = becomes;
            next[left] = next[right];
            if (next[right] < symbols.Length) previous[next[right]] = left;
            next[right] = -1;
            if (previous[left] >= 0) Offer(queue, symbols, previous[left], left);
            if (next[left] < symbols.Length) Offer(queue, symbols, left, next[left]);
        }

        int count = 0;
        for (int at = 0; at < symbols.Length; at = next[at]) symbols[count++] = symbols[at];
        ArrayPool<int>.Shared.Return(links);
        return count;
    }

    private void Offer(PriorityQueue<int, long> queue, Span<int> symbols, int left, int right)
    {
        if (merges.TryGetValue(Key(symbols[left], symbols[right]), out var merge))
            queue.Enqueue(merge.Id, (long)merge.Rank << 32 | (long)(uint)left);
    }

    private int Rank(int left, int right) =>
        merges.TryGetValue(Key(left, right), out var merge) ? merge.Rank : int.MaxValue;

    private static long Key(int left, int right) => (long)left << 32 | (long)(uint)right;
}
