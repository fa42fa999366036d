namespace Loci.Memory.FastWeights;

/// <summary>
/// The naive reference of <see cref="ShortConvolution"/>: its sum, a number at a time. The fast path must give these
/// bits. Tests use it, and nothing else.
/// </summary>
internal static class NaiveConvolution
{
    /// <inheritdoc cref="ShortConvolution.Apply"/>
    public static void Apply(
        ReadOnlySpan<float> input, int stride, ReadOnlySpan<float> factors, Span<float> tail, Span<float> output,
        int channels)
    {
        int size = factors.Length / channels, rows = output.Length / channels, before = size - 1;
        float[] all = new float[(before + rows) * channels];                    // [tail | rows, channels]
        tail.CopyTo(all);
        for (int row = 0; row < rows; row++)
            input.Slice(row * stride, channels).CopyTo(all.AsSpan((before + row) * channels));
        for (int row = 0; row < rows; row++)
            for (int c = 0; c < channels; c++)
            {
                float sum = 0;
                for (int j = 0; j < size; j++) sum += factors[j * channels + c] * all[(row + j) * channels + c];
                output[row * channels + c] = sum;
            }
        all.AsSpan(rows * channels).CopyTo(tail);
    }
}
