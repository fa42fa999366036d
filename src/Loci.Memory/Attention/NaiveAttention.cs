using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// The naive reference of <see cref="CausalAttention"/>: its definition in plain loops, a score at a time. The fast
/// path must give these bits. Tests use it, and nothing else.
/// </summary>
internal static class NaiveAttention
{
    /// <inheritdoc cref="CausalAttention.Attend"/>
    public static void Attend(
        AttentionShape shape,
        ReadOnlySpan<float> queries, int queryStride, int count, int firstPosition,
        ReadOnlySpan<float> keys, int keyStride, ReadOnlySpan<float> values, int valueStride,
        Span<float> output, int outputStride)
    {
        int size = shape.HeadSize;
        for (int row = 0; row < count; row++)
            for (int h = 0; h < shape.Heads; h++)
            {
                int t = firstPosition + row, from = shape.FirstKey(t), head = h / shape.Group * size;
                ReadOnlySpan<float> q = queries.Slice(row * queryStride + h * size, size);
                float[] e = new float[t + 1];                                   // [positions]
                float largest = float.NegativeInfinity;
                for (int j = from; j <= t; j++)
                {
                    float chain = 0;
                    for (int d = 0; d < size; d++)
                        chain = MathF.FusedMultiplyAdd(q[d], keys[j * keyStride + head + d], chain);
                    e[j] = chain * shape.Scale;
                    if (shape.SoftCap != 0) e[j] = NaiveNumerics.SoftCap(e[j], shape.SoftCap);
                    if (shape.Slope(h) != 0) e[j] = MathF.FusedMultiplyAdd(shape.Slope(h), j - t, e[j]);
                    largest = Math.Max(largest, e[j]);
                }
                for (int j = from; j <= t; j++) e[j] = NaiveNumerics.Exp(e[j] - largest);
                float sum = NaiveNumerics.Lanes(t + 1, (j, lane) => j < from ? lane : lane + e[j]);
                for (int d = 0; d < size; d++)
                {
                    float chain = 0;
                    for (int j = from; j <= t; j++)
                        chain = MathF.FusedMultiplyAdd(e[j], values[j * valueStride + head + d], chain);
                    output[row * outputStride + h * size + d] = chain / sum;
                }
            }
    }
}
