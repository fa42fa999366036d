using System.Numerics;
using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// A causal convolution over a few tokens, each channel by itself: y_t = Σ_j factor_j ∘ x_{t−size+1+j}. What modern
/// fast-weight layers put between projection and memory, so that a key can know the token before it.
/// </summary>
/// <remarks>
/// Yang et al. 2024, arXiv 2406.06484. Every element is one sum, from the oldest token to the newest: the same bits
/// however a text is cut into calls.
/// </remarks>
public static class ShortConvolution
{
    /// <summary>
    /// Convolves the rows of one text, and keeps in <paramref name="tail"/> what the rows after them need.
    /// </summary>
    /// <param name="input">[rows, stride], a row beginning with the channels.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="factors">[size, channels]; the last row belongs to the token itself.</param>
    /// <param name="tail">
    /// [size − 1, channels], in and out: the rows before the first one, zero at the beginning of a text.
    /// </param>
    /// <param name="output">[rows, channels], overwritten; must not overlap the rest.</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    public static void Apply(
        ReadOnlySpan<float> input, int stride, ReadOnlySpan<float> factors, Span<float> tail, Span<float> output,
        int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        int size = factors.Length / channels, rows = output.Length / channels, before = size - 1;
        Require.SameLength(size * channels, factors.Length, nameof(factors));
        Require.SameLength(before * channels, tail.Length, nameof(tail));
        Require.SameLength(rows * channels, output.Length, nameof(output));
        Require.AtLeast(channels, stride, nameof(stride));
        if (rows == 0) return;
        Require.AtLeast((rows - 1L) * stride + channels, input.Length, nameof(input));
        for (int row = 0; row < rows; row++)
        {
            var y = output.Slice(row * channels, channels);
            y.Clear();
            for (int j = 0; j < size; j++)
            {
                int from = row - before + j;
                var x = from < 0
                    ? tail.Slice((before + from) * channels, channels)
                    : input.Slice(from * stride, channels);
                AddProducts(factors.Slice(j * channels, channels), x, y);
            }
        }
        for (int j = 0; j < before; j++)
        {
            int from = rows - before + j; // ascending: a row of the tail is read before it is overwritten
            var x = from < 0 ? tail.Slice((before + from) * channels, channels) : input.Slice(from * stride, channels);
            x.CopyTo(tail[(j * channels)..]);
        }
    }

    /// <summary>
    /// The gradients of a text's rows and of the factors, from those of what <see cref="Apply"/> gave from the
    /// beginning of the text.
    /// </summary>
    /// <param name="input">As in the forward pass. [rows, stride]</param>
    /// <param name="stride">Floats from one row of the input, or of its gradient, to the next.</param>
    /// <param name="factors">[size, channels]</param>
    /// <param name="outputGradient">[rows, channels]</param>
    /// <param name="inputGradient">Its first channels are overwritten. [rows, stride]</param>
    /// <param name="factorGradient">Added to, or empty where it is not wanted. [size, channels]</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    public static void Pullback(
        ReadOnlySpan<float> input, int stride, ReadOnlySpan<float> factors, ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient, Span<float> factorGradient, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        int size = factors.Length / channels, rows = outputGradient.Length / channels;
        Require.SameLength(size * channels, factors.Length, nameof(factors));
        Require.SameLength(rows * channels, outputGradient.Length, nameof(outputGradient));
        if (!factorGradient.IsEmpty) Require.SameLength(factors.Length, factorGradient.Length, nameof(factorGradient));
        Require.AtLeast(channels, stride, nameof(stride));
        if (rows == 0) return;
        Require.AtLeast((rows - 1L) * stride + channels, input.Length, nameof(input));
        Require.AtLeast((rows - 1L) * stride + channels, inputGradient.Length, nameof(inputGradient));
        for (int row = 0; row < rows; row++)
        {
            var dx = inputGradient.Slice(row * stride, channels);
            dx.Clear();
            for (int j = 0; j < size; j++)
            {
                int read = row - size + 1 + j, reader = row + size - 1 - j;
                if (reader < rows)
                    AddProducts(
                        factors.Slice(j * channels, channels), outputGradient.Slice(reader * channels, channels), dx);
                if (read >= 0 && !factorGradient.IsEmpty)
                    AddProducts(
                        outputGradient.Slice(row * channels, channels), input.Slice(read * stride, channels),
                        factorGradient.Slice(j * channels, channels));
            }
        }
    }

    private static void AddProducts(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> sums)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sums[i..]) + new Vector<float>(a[i..]) * new Vector<float>(b[i..])).CopyTo(sums[i..]);
        for (; i < sums.Length; i++) sums[i] += a[i] * b[i];
    }
}
