using CsCheck;
using Loci.Memory.Recall;

namespace Loci.Memory.Tests.Recall;

/// <summary>
/// A layer and the sentences it has seen: any geometry, and coefficients with many ties, zeros of both signs and
/// scales.
/// </summary>
internal sealed class RecallCase
{
    private readonly Random _random;

    private RecallCase(int seed)
    {
        _random = new Random(seed);
        Cells = _random.Next(4) switch { 0 => _random.Next(1, 8), 1 => 64, 2 => _random.Next(60, 70), _ =>
            _random.Next(1, 200) };
        Capacity = _random.Next(3) == 0 ? _random.Next(1, 100) : _random.Next(1, 8);
        Signed = _random.Next(2) == 0;
        Func<float> draw = _random.Next(5) switch
        {
            0 => () => _random.Next(-3, 4) / 4f,                            // ties
            1 => () => Math.Max(0, _random.Next(-8, 3)),                    // sparse, ties, dead cells
            2 => () => (float)(_random.NextDouble() - 0.5) * 1e-6f,
            3 => () => MathF.ScaleB(_random.NextSingle() - 0.5f, _random.Next(-160, 31)),
            _ => () => _random.Next(3) switch { 0 => 0f, 1 => -0f, _ => _random.NextSingle() * 2 - 0.7f },
        };
        Sentences = new float[_random.Next(0, 40)][];
        for (int s = 0; s < Sentences.Length; s++)
        {
            int length = _random.Next(10) == 0 ? _random.Next(0, 110) : _random.Next(0, 12);
            Sentences[s] = new float[length * Cells];
            for (int i = 0; i < Sentences[s].Length; i++) Sentences[s][i] = draw();
        }
    }

    public static Gen<RecallCase> Gen { get; } = CsCheck.Gen.Int.Select(seed => new RecallCase(seed));

    public int Cells { get; }

    public int Capacity { get; }

    public bool Signed { get; }

    /// <summary>[sentences][positions, cells]</summary>
    public float[][] Sentences { get; }

    public long Prefixes => Sentences.Sum(s => (long)s.Length / Cells);

    public LayerRecall Empty() => new(Cells, Capacity, Signed);

    /// <summary>Observes the sentences one by one, in order.</summary>
    public LayerRecall InOrder()
    {
        var recall = Empty();
        for (int s = 0; s < Sentences.Length; s++)
            recall.Observe(Sentences[s], [new(s, 0, Sentences[s].Length / Cells)]);
        return recall;
    }

    /// <summary>
    /// Observes some sentences in one batch, in the order given, with rows between them that belong to none.
    /// </summary>
    public void Observe(LayerRecall recall, IEnumerable<int> sentences)
    {
        List<float> rows = [];
        List<SentenceRows> places = [];
        foreach (int s in sentences)
        {
            rows.AddRange(Enumerable.Repeat(float.NaN, Cells * _random.Next(3)));
            places.Add(new(s, rows.Count / Cells, Sentences[s].Length / Cells));
            rows.AddRange(Sentences[s]);
        }
        recall.Observe(rows.ToArray(), places.OrderBy(_ => _random.Next()).ToArray());
    }

    /// <summary>Every order, batch, shard, merge tree and interruption is as good as any other: here is one.</summary>
    public LayerRecall AnyHow()
    {
        int[] order = [.. Enumerable.Range(0, Sentences.Length).OrderBy(_ => _random.Next())];
        var shards = Enumerable.Range(0, _random.Next(1, 6)).Select(_ => Empty()).ToList();
        for (int from = 0; from < order.Length;)
        {
            int count = Math.Min(order.Length - from, _random.Next(1, 9)), at = _random.Next(shards.Count);
            Observe(shards[at], order.Skip(from).Take(count));
            from += count;
            if (_random.Next(4) == 0) shards[at] = Reload(shards[at]);
            if (_random.Next(4) == 0) shards[at].SettleCounts();
        }
        while (shards.Count > 1)
        {
            int from = _random.Next(shards.Count);
            var part = shards[from];
            shards.RemoveAt(from);
            shards[_random.Next(shards.Count)].Merge(part);
        }
        return shards[0];
    }

    /// <summary>What fired a cell, by sorting everything.</summary>
    public Trigger[] Triggers(int cell, Pole pole) =>
        pole == Pole.Negative && !Signed ? [] : NaiveRecall.Triggers(Column(cell), pole, Capacity);

    /// <summary>All coefficients of a cell.</summary>
    public IEnumerable<Trigger> Column(int cell) => Sentences.SelectMany((rows, s) =>
        Enumerable.Range(0, rows.Length / Cells).Select(p => new Trigger(rows[p * Cells + cell], s, p)));

    public static byte[] Bytes(LayerRecall recall)
    {
        var stream = new MemoryStream();
        recall.Save(stream);
        return stream.ToArray();
    }

    private static LayerRecall Reload(LayerRecall recall) => LayerRecall.Load(new MemoryStream(Bytes(recall)));
}
