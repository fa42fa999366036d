using System.Diagnostics;
using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Atlas.Building;

/// <summary>
/// Reads the values of a model to its vocabulary: both ends of both readouts, for every cell in order.
/// </summary>
internal sealed class ValueReader(Transformer transformer, int tokens, Compute compute)
{
    /// <summary>Floats of logits held at a time.</summary>
    private const int LogitBudget = 1 << 23;

    private readonly ModelSpec _spec = transformer.Spec;

    /// <summary>How long all values will take, from a few of them.</summary>
    public TimeSpan ExpectedTime()
    {
        int some = Math.Min(16, _spec.Blocks[0].Cells.Count);
        ReadBlock(0, 0, Math.Min(2, some)); // compiles
        long start = Stopwatch.GetTimestamp();
        ReadBlock(0, 0, some);
        return Stopwatch.GetElapsedTime(start) * ((double)_spec.TotalCells / some);
    }

    /// <summary>The values of a layer, cell by cell.</summary>
    public IEnumerable<CellValue> Read(int layer)
    {
        int block = Math.Clamp(LogitBudget / _spec.Vocabulary, 1, 256), cells = _spec.Blocks[layer].Cells.Count;
        for (int first = 0; first < cells; first += block)
            foreach (var value in ReadBlock(layer, first, Math.Min(block, cells - first)))
                yield return value;
    }

    private CellValue[] ReadBlock(int layer, int first, int count)
    {
        int width = _spec.Width, vocabulary = _spec.Vocabulary;
        float[] values = new float[count * width];                      // [cells, width]
        float[] logits = new float[count * vocabulary];                 // [cells, vocabulary]
        var raw = new ValueReadout[count];
        var cells = new CellValue[count];
        ValueProjection.Values(transformer, layer, first, values);
        float[] norms =
        [
            .. Enumerable.Range(0, count)
                .Select(i => MathF.Sqrt(Reductions.SumOfSquares(values.AsSpan(i * width, width)))),
        ];

        ValueProjection.Project(transformer, Readout.Raw, values, logits, compute);
        Parallel.For(0, count, compute.Parallel, i => raw[i] = Ends(logits.AsSpan(i * vocabulary, vocabulary)));
        ValueProjection.Project(transformer, Readout.Folded, values, logits, compute);
        Parallel.For(0, count, compute.Parallel, i =>
            cells[i] = new(norms[i], raw[i], Ends(logits.AsSpan(i * vocabulary, vocabulary))));
        return cells;
    }

    private ValueReadout Ends(Span<float> logits)
    {
        double mean = 0, square = 0;
        foreach (float logit in logits) mean += logit;
        mean /= logits.Length;
        foreach (float logit in logits) square += (logit - mean) * (logit - mean);
        double deviation = Math.Sqrt(square / logits.Length);

        var top = End(logits, mean, deviation);
        for (int t = 0; t < logits.Length; t++) logits[t] = -logits[t];
        var bottom = End(logits, -mean, deviation);
        return new(top, bottom with
        {
            Tokens = [.. bottom.Tokens.Select(token => token with { Logit = -token.Logit })],
            ZScore = -bottom.ZScore,
        });
    }

    private ValueEnd End(ReadOnlySpan<float> logits, double mean, double deviation)
    {
        var best = ScoredToken.Best(logits, tokens);
        float probability = (float)Math.Exp(best[0].Logit - Reductions.LogSumExp(logits));
        return new(best, probability, deviation > 0 ? (float)((best[0].Logit - mean) / deviation) : 0);
    }
}
