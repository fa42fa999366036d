using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// Causal softmax attention (Vaswani et al. 2017, arXiv 1706.03762, equation 1) over one sequence, with grouped queries
/// (Ainslie et al. 2023, arXiv 2305.13245), sliding windows and soft-capped scores.
/// </summary>
/// <remarks>
/// One definition, whatever the batch: score = scale·(q·k), a chain of fused multiply-adds over the head from zero;
/// then the soft cap, then a fused bias by distance; numerator = exp(score − largest visible score); their sum in 32
/// lanes, a key's lane its position mod 32; output = Σ numerator·value, a chain over the visible keys in ascending
/// order from zero, divided by the sum. A row has the same bits computed alone over a cache or within its sequence.
/// </remarks>
public static unsafe class CausalAttention
{
    /// <summary>Attends from positions firstPosition … firstPosition + count − 1 to all positions from 0 on.</summary>
    /// <param name="shape">Heads, scale, window.</param>
    /// <param name="queries">[count, queryStride], a row beginning with [Heads, HeadSize].</param>
    /// <param name="queryStride">Floats between queries: q, k and v may be columns of one matrix.</param>
    /// <param name="count">Number of queries; 0 is allowed.</param>
    /// <param name="firstPosition">Position of the first query, which is the number of cached keys before it.</param>
    /// <param name="keys">[firstPosition + count, keyStride], a row beginning with [KeyValueHeads, HeadSize].</param>
    /// <param name="keyStride">Floats between keys.</param>
    /// <param name="values">
    /// [firstPosition + count, valueStride], a row beginning with [KeyValueHeads, HeadSize].
    /// </param>
    /// <param name="valueStride">Floats between values.</param>
    /// <param name="output">
    /// [count, outputStride], receives [Heads, HeadSize] in a row; must not overlap the rest.
    /// </param>
    /// <param name="outputStride">Floats between outputs.</param>
    /// <exception cref="ArgumentException">The shape is impossible or a span too short.</exception>
    public static void Attend(
        AttentionShape shape,
        ReadOnlySpan<float> queries, int queryStride, int count, int firstPosition,
        ReadOnlySpan<float> keys, int keyStride, ReadOnlySpan<float> values, int valueStride,
        Span<float> output, int outputStride)
    {
        shape.Check();
        Require.AtLeast(0, count, nameof(count));
        Require.AtLeast(0, firstPosition, nameof(firstPosition));
        if (count == 0) return;
        long width = (long)shape.Heads * shape.HeadSize, narrow = (long)shape.KeyValueHeads * shape.HeadSize;
        long last = (long)firstPosition + count - 1;
        Require.AtLeast(width, queryStride, nameof(queryStride));
        Require.AtLeast(narrow, keyStride, nameof(keyStride));
        Require.AtLeast(narrow, valueStride, nameof(valueStride));
        Require.AtLeast(width, outputStride, nameof(outputStride));
        Require.AtLeast((count - 1L) * queryStride + width, queries.Length, nameof(queries));
        Require.AtLeast(last * keyStride + narrow, keys.Length, nameof(keys));
        Require.AtLeast(last * valueStride + narrow, values.Length, nameof(values));
        Require.AtLeast((count - 1L) * outputStride + width, output.Length, nameof(output));

        fixed (float* q = queries, k = keys, v = values, o = output)
        {
            var pass = new AttentionPass(shape, count, firstPosition)
            {
                QueryStride = queryStride, KeyStride = keyStride, ValueStride = valueStride,
                    OutputStride = outputStride,
            };
            nint size = shape.HeadSize;
            for (int head = 0; head < shape.KeyValueHeads; head++)
            {
                nint first = head * shape.Group * size;
                pass.Run(head * shape.Group, q + first, k + head * size, v + head * size, o + first);
            }
        }
    }

    /// <summary>
    /// The gradients of the queries, keys and values of one whole sequence, from those of what each head read.
    /// </summary>
    /// <param name="shape">As in the forward pass.</param>
    /// <param name="queries">[count, queryStride]</param>
    /// <param name="queryStride">Floats between queries, and between their gradients.</param>
    /// <param name="count">Tokens of the sequence, from position 0 on.</param>
    /// <param name="keys">[count, keyStride]</param>
    /// <param name="keyStride">Floats between keys, and between their gradients.</param>
    /// <param name="values">[count, valueStride]</param>
    /// <param name="valueStride">Floats between values, and between their gradients.</param>
    /// <param name="outputs">The gradient of the output. [count, outputStride]</param>
    /// <param name="outputStride">Floats between outputs.</param>
    /// <param name="dQueries">Overwritten where the queries lie. [count, queryStride]</param>
    /// <param name="dKeys">Overwritten where the keys lie. [count, keyStride]</param>
    /// <param name="dValues">Overwritten where the values lie. [count, valueStride]</param>
    /// <exception cref="ArgumentException">The shape is impossible or a span too short.</exception>
    public static void Pullback(
        AttentionShape shape,
        ReadOnlySpan<float> queries, int queryStride, int count,
        ReadOnlySpan<float> keys, int keyStride, ReadOnlySpan<float> values, int valueStride,
        ReadOnlySpan<float> outputs, int outputStride,
        Span<float> dQueries, Span<float> dKeys, Span<float> dValues)
    {
        shape.Check();
        Require.AtLeast(0, count, nameof(count));
        if (count == 0) return;
        long width = (long)shape.Heads * shape.HeadSize, narrow = (long)shape.KeyValueHeads * shape.HeadSize;
        Require.AtLeast(width, queryStride, nameof(queryStride));
        Require.AtLeast(narrow, keyStride, nameof(keyStride));
        Require.AtLeast(narrow, valueStride, nameof(valueStride));
        Require.AtLeast(width, outputStride, nameof(outputStride));
        long before = count - 1;
        Require.AtLeast(before * queryStride + width, Math.Min(queries.Length, dQueries.Length), nameof(queries));
        Require.AtLeast(before * keyStride + narrow, Math.Min(keys.Length, dKeys.Length), nameof(keys));
        Require.AtLeast(before * valueStride + narrow, Math.Min(values.Length, dValues.Length), nameof(values));
        Require.AtLeast(before * outputStride + width, outputs.Length, nameof(outputs));
        fixed (float* q = queries, k = keys, v = values, o = outputs, dq = dQueries, dk = dKeys, dv = dValues)
        {
            var pass = new AttentionBackward(shape, count)
            {
                QueryStride = queryStride, KeyStride = keyStride, ValueStride = valueStride,
                OutputStride = outputStride,
            };
            nint size = shape.HeadSize;
            for (int head = 0; head < shape.KeyValueHeads; head++)
            {
                nint first = head * shape.Group * size, at = head * size;
                pass.Run(
                    head * shape.Group, q + first, k + at, v + at, o + first, dq + first, dk + at, dv + at);
            }
        }
    }
}
