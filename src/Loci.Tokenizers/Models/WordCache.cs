using System.Collections.Concurrent;

namespace Loci.Tokenizers.Models;

/// <summary>
/// The ids of words seen before. Bounded: long words are not kept, and when it is full it starts anew, so that a text
/// in another language soon has its own words in it.
/// </summary>
internal sealed class WordCache
{
    private const int MostWords = 1 << 16;
    private const int LongestWord = 64;

    private volatile Generation current = new();

    public bool TryGet(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestWord || !current.BySpan.TryGetValue(word, out int[]? found)) return false;
        foreach (int id in found) ids.Add(id);
        return true;
    }

    public void Add(ReadOnlySpan<char> word, List<int> ids, int from)
    {
        if (word.Length > LongestWord) return;
        var generation = current;
        if (Interlocked.Increment(ref generation.Count) > MostWords) current = generation = new();
        generation.Words.TryAdd(word.ToString(), ids.GetRange(from, ids.Count - from).ToArray());
    }

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<string, int[]> Words = new(StringComparer.Ordinal);
        public readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> BySpan;
        public int Count;

        public Generation() => BySpan = Words.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
