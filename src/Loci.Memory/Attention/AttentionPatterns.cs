namespace Loci.Memory.Attention;

/// <summary>
/// The weights of causal softmax attention, key by key, in float64 rounded once: for those who look at them. What a
/// head reads is <see cref="CausalAttention"/>'s.
/// </summary>
/// <remarks>Vaswani et al. 2017, arXiv 1706.03762, equation 1, with windows and soft-capped scores.</remarks>
public static class AttentionPatterns
{
    /// <summary>How much each query attends to each key.</summary>
    /// <param name="shape">Heads, scale, window.</param>
    /// <param name="queries">[count, queryStride], a row beginning with [heads, head size].</param>
    /// <param name="queryStride">Floats between queries.</param>
    /// <param name="count">Queries.</param>
    /// <param name="before">Keys held before that of the first query.</param>
    /// <param name="keys">[before + count, keyStride], a row beginning with [key-value heads, head size].</param>
    /// <param name="keyStride">Floats between keys.</param>
    /// <param name="patterns">Overwritten; 0 for keys a query does not see. [count, heads, width]</param>
    /// <param name="width">Keys of a row, at least before + count.</param>
    public static void Compute(
        AttentionShape shape, ReadOnlySpan<float> queries, int queryStride, int count, int before,
        ReadOnlySpan<float> keys, int keyStride,
        Span<float> patterns, int width)
    {
        shape.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(width, before + count);
        double[] scores = new double[before + count];
        for (int r = 0; r < count; r++)
            for (int head = 0; head < shape.Heads; head++)
            {
                var query = queries.Slice(r * queryStride + head * shape.HeadSize, shape.HeadSize);
                int position = before + r, from = shape.FirstKey(position), keyHead = head / shape.Group;
                double largest = double.NegativeInfinity, sum = 0;
                for (int t = from; t <= position; t++)
                {
                    var key = keys.Slice(t * keyStride + keyHead * shape.HeadSize, shape.HeadSize);
                    double score = 0;
                    for (int i = 0; i < key.Length; i++) score += (double)query[i] * key[i];
                    score *= shape.Scale;
                    if (shape.SoftCap > 0) score = shape.SoftCap * Math.Tanh(score / shape.SoftCap);
                    score += (double)shape.Slope(head) * (t - position);
                    largest = Math.Max(largest, scores[t] = score);
                }
                for (int t = from; t <= position; t++) sum += scores[t] = Math.Exp(scores[t] - largest);
                var pattern = patterns.Slice((r * shape.Heads + head) * width, width);
                pattern.Clear();
                for (int t = from; t <= position; t++) pattern[t] = (float)(scores[t] / sum);
            }
    }

    /// <summary>What a pattern reads: the sum of the values, each as much as it says.</summary>
    /// <param name="pattern">[keys]; values of keys with weight 0 are not looked at.</param>
    /// <param name="values">[keys, valueStride], a row beginning with the head's value.</param>
    /// <param name="valueStride">Floats between values.</param>
    /// <param name="destination">Overwritten. [head size]</param>
    public static void Read(
        ReadOnlySpan<float> pattern, ReadOnlySpan<float> values, int valueStride, Span<float> destination)
    {
        Span<double> sum = destination.Length <= 256
            ? stackalloc double[destination.Length]
            : new double[destination.Length];
        sum.Clear();
        for (int t = 0; t < pattern.Length; t++)
        {
            if (pattern[t] == 0) continue;
            var value = values.Slice(t * valueStride, destination.Length);
            for (int i = 0; i < value.Length; i++) sum[i] += (double)pattern[t] * value[i];
        }
        for (int i = 0; i < sum.Length; i++) destination[i] = (float)sum[i];
    }
}
