using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Retrieval;

/// <summary>Pairs to write and keys to ask for, as numbers of symbols.</summary>
/// <param name="Keys">[batch, length]</param>
/// <param name="Values">[batch, length]</param>
/// <param name="Queries">[batch, queries]</param>
/// <param name="Answers">[batch, queries]</param>
/// <param name="Asked">[batch, queries]: 1 where the query counts.</param>
/// <param name="EveryKey">True where the queries of each sequence are all keys in order.</param>
internal sealed record RetrievalBatch(Tensor Keys, Tensor Values, Tensor Queries, Tensor Answers, Tensor Asked,
    bool EveryKey);

/// <summary>
/// The synthetic retrieval of Schlag et al. 2021, section 6.1. Setting 1, capacity: S keys and S values, each once.
/// Setting 2, updating: S times <paramref name="writes"/> pairs drawn with replacement; the answer is what the key was
/// last written with.
/// </summary>
/// <param name="symbols">S.</param>
/// <param name="writes">How often a key is written on average, with replacement; 0 for setting 1.</param>
/// <param name="seed">Seed of the draws.</param>
internal sealed class RetrievalTask(int symbols, int writes, int seed)
{
    // The sequences of the published tables: they stay.
    private readonly Random _random = RandomStream.Kept(seed, "retrieval sequences");

    public int Symbols => symbols;

    public int Length => writes > 0 ? writes * symbols : symbols;

    /// <summary>Sequences with one query each, among the keys written; or with every key as a query.</summary>
    public RetrievalBatch Draw(int batch, bool everyKey)
    {
        int queries = everyKey ? symbols : 1, length = Length;
        long[] keys = new long[batch * length], values = new long[batch * length];
        long[] asked = new long[batch * queries], answers = new long[batch * queries];
        float[] counts = new float[batch * queries];
        long[] latest = new long[symbols];
        for (int b = 0; b < batch; b++)
        {
            Span<long> k = keys.AsSpan(b * length, length), v = values.AsSpan(b * length, length);
            Fill(k);
            Fill(v);
            Array.Fill(latest, -1);
            for (int t = 0; t < length; t++) latest[k[t]] = v[t];
            for (int i = 0; i < queries; i++)
            {
                long key = everyKey ? i : k[_random.Next(length)];
                asked[b * queries + i] = key;
                answers[b * queries + i] = Math.Max(latest[key], 0);
                counts[b * queries + i] = latest[key] < 0 ? 0 : 1;
            }
        }
        return new(
            tensor(keys, batch, length), tensor(values, batch, length), tensor(asked, batch, queries),
            tensor(answers, batch, queries),
            tensor(counts, batch, queries), everyKey);
    }

    private void Fill(Span<long> row)
    {
        for (int i = 0; i < row.Length; i++) row[i] = writes > 0 ? _random.Next(symbols) : i;
        if (writes == 0) _random.Shuffle(row);
    }
}
