using System.Runtime.InteropServices;
using Loci.Worlds;

namespace Loci.Studies.Truth;

/// <summary>
/// The prefixes of a corpus whose truth is known, by number in reading order: the topic of each, its last four words,
/// and draws of others like it. A prefix ends after a word or a mark of punctuation.
/// </summary>
internal sealed class GroundTruthCorpus
{
    /// <summary>Longest suffix that is looked at, in words.</summary>
    public const int LongestSuffix = 4;

    private readonly List<int> _firstPrefix = [0];
    private readonly List<ulong> _suffix = []; // four words of 16 bits, the last word highest; 0 before the beginning
    private readonly List<int> _topic = [];
    private readonly List<int> _unit = []; // −1 for a sentence that stands for itself
    private readonly Dictionary<string, int> _topics = [], _units = [];
    private readonly Dictionary<string, int> _words = [];
    private readonly List<List<int>> _ofTopic = [];
    private readonly ulong[] _sorted;
    private readonly int[] _order;

    /// <summary>Reads the sentences.</summary>
    /// <exception cref="UnsupportedException">There are more than 65,535 different words.</exception>
    public GroundTruthCorpus(IEnumerable<LabelledSentence> sentences)
    {
        foreach (var sentence in sentences)
        {
            if (!_topics.TryGetValue(sentence.Topic, out int topic))
            {
                _topics.Add(sentence.Topic, topic = _topics.Count);
                _ofTopic.Add([]);
            }
            int unit = -1;
            if (sentence.Unit is { } name && !_units.TryGetValue(name, out unit))
                _units.Add(name, unit = _units.Count);
            ulong suffix = 0;
            foreach (string word in WorldText.Words(sentence.Text))
            {
                if (!_words.TryGetValue(word, out int id)) _words.Add(word, id = _words.Count + 1);
                if (id > ushort.MaxValue)
                    throw new UnsupportedException("the text has more than 65,535 different words");
                suffix = suffix >> 16 | (ulong)id << 48;
                _ofTopic[topic].Add(_suffix.Count);
                _suffix.Add(suffix);
                _topic.Add(topic);
                _unit.Add(unit);
            }
            _firstPrefix.Add(_suffix.Count);
        }
        _sorted = [.. _suffix];
        _order = [.. Enumerable.Range(0, _suffix.Count)];
        Array.Sort(_sorted, _order);
    }

    /// <summary>Sentences read.</summary>
    public int Sentences => _firstPrefix.Count - 1;

    /// <summary>The number of a prefix.</summary>
    /// <param name="sentence">The sentence, in reading order.</param>
    /// <param name="word">Its last word, from 0.</param>
    public int Prefix(long sentence, int word)
    {
        int first = _firstPrefix[(int)sentence], end = _firstPrefix[(int)sentence + 1];
        return Math.Clamp(first + word, first, end - 1);
    }

    /// <summary>Topic of a prefix, as a number.</summary>
    public ulong Topic(int prefix) => (ulong)_topic[prefix];

    /// <summary>Prefixes of which the first of every unit is left; all where sentences stand for themselves.</summary>
    public int[] Apart(IEnumerable<int> prefixes)
    {
        var seen = new HashSet<int>();
        return [.. prefixes.Where(prefix => _unit[prefix] < 0 || seen.Add(_unit[prefix]))];
    }

    /// <summary>The last words of a prefix, as a number.</summary>
    public ulong Suffix(int prefix, int length) => _suffix[prefix] & Mask(length);

    /// <summary>A prefix of the corpus.</summary>
    public int Any(Draws draws) => draws.Below(_suffix.Count);

    /// <summary>A prefix of the same topic.</summary>
    public int OfSameTopic(int prefix, Draws draws) => draws.Pick(_ofTopic[_topic[prefix]]);

    /// <summary>A prefix with the same last word: another one, if there is another.</summary>
    public int WithSameLastWord(int prefix, Draws draws)
    {
        var (from, count) = Range(Suffix(prefix, 1));
        int picked = _order[from + draws.Below(count)];
        for (int tries = 0; tries < 8 && picked == prefix; tries++) picked = _order[from + draws.Below(count)];
        return picked;
    }

    /// <summary>Whether a sentence has these words, or begins with them if it was cut.</summary>
    public bool Reads(long sentence, List<string> words, bool cut)
    {
        if (sentence >= Sentences) return false;
        int first = _firstPrefix[(int)sentence], count = _firstPrefix[(int)sentence + 1] - first;
        if (words.Count > count || words.Count < count && !cut) return false;
        var own = CollectionsMarshal.AsSpan(_suffix).Slice(first, words.Count);
        for (int at = 0; at < own.Length; at++)
            if (!_words.TryGetValue(words[at], out int id) || own[at] >> 48 != (ulong)id)
                return cut && at == own.Length - 1; // a cut may go through a word
        return true;
    }

    private (int From, int Count) Range(ulong lastWord)
    {
        int from = LowerBound(lastWord);
        ulong next = (lastWord >> 48) + 1;
        return (from, (next > ushort.MaxValue ? _sorted.Length : LowerBound(next << 48)) - from);
    }

    private int LowerBound(ulong key)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sorted[middle] < key) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static ulong Mask(int length) => ulong.MaxValue << (64 - 16 * length);
}
