using Loci.Models;

namespace Loci.Studies.Removal;

/// <summary>
/// Asks for the coefficients of chosen cells after token sequences that need not occur in any text. Each sequence is
/// read as a text of its own: the model's beginning-of-sequence token, if its convention has one, stands before it,
/// positions count from there, and nothing is padded or tokenised again. Equal sequences run once, and one that begins
/// another runs with it: attention is causal and a pass does not depend on its batch, so that the numbers are those of
/// separate passes, bit for bit.
/// </summary>
internal sealed class CoefficientQueries(Model model)
{
    private readonly Dictionary<int[], int> _sequences = new(new SameTokens());
    private readonly List<(int Sequence, CellId Cell)> _queries = [];

    /// <summary>
    /// Asks for a cell's coefficient at the last token of a sequence; gives the query's number, from 0.
    /// </summary>
    /// <param name="tokens">At least one, without a beginning-of-sequence token.</param>
    /// <param name="cell">The cell; its pole does not matter.</param>
    public int Add(ReadOnlySpan<int> tokens, CellId cell)
    {
        var lookup = _sequences.GetAlternateLookup<ReadOnlySpan<int>>();
        if (!lookup.TryGetValue(tokens, out int sequence))
            _sequences.Add(tokens.ToArray(), sequence = _sequences.Count);
        _queries.Add((sequence, cell));
        return _queries.Count - 1;
    }

    /// <summary>The answers, by query.</summary>
    public float[] Run(StudyOptions options, string doing)
    {
        float[] answers = new float[_queries.Count];
        if (answers.Length == 0) return answers;
        var (text, prefixes) = Arrange();
        var queries = BySequence(prefixes.Length);
        PrefixPass.Run(model, text, prefixes, () => (point, layer, values, prefix) =>
        {
            if (point != TapPoint.Coefficients) return;
            foreach (int query in queries[prefix])
                if (_queries[query].Cell is var cell && cell.Layer == layer)
                    answers[query] = values[cell.Index];
        }, options, doing);
        return answers;
    }

    private List<int>[] BySequence(int count)
    {
        var queries = new List<int>[count];
        for (int s = 0; s < count; s++) queries[s] = [];
        for (int q = 0; q < _queries.Count; q++) queries[_queries[q].Sequence].Add(q);
        return queries;
    }

    /// <summary>
    /// A text in which every sequence is some prefix: in lexicographic order, what begins
    /// another stands right before it.
    /// </summary>
    private (StudyText Text, Prefix[] Prefixes) Arrange()
    {
        var sorted = _sequences.OrderBy(s => s.Key, Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .ToArray();
        var prefixes = new Prefix[sorted.Length];
        List<int[]> sentences = [];
        for (int s = 0; s < sorted.Length; s++)
        {
            int[] tokens = sorted[s].Key;
            prefixes[sorted[s].Value] = new(sentences.Count, tokens.Length - 1);
            bool begins = s + 1 < sorted.Length && sorted[s + 1].Key.AsSpan().StartsWith(tokens);
            if (!begins) sentences.Add(tokens);
        }
        return (StudyText.Of(sentences), prefixes);
    }

    private sealed class SameTokens : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(int[] tokens) => GetHashCode(tokens.AsSpan());

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
    }
}
