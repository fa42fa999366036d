using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.Tests.Numerics;

namespace Loci.Memory.Tests.FastWeights;

public class ShortConvolutionTests
{
    [Fact]
    public void Has_the_bits_of_the_naive_sum_however_a_text_is_cut() => Gen.Select(
        Gen.Int[1, 6], Gen.Int[1, 40], Gen.Int[0, 30], Gen.Int[0, 5], Gen.Int[1, 9], Gen.UInt).Sample(
        (size, channels, rows, padding, piece, seed) =>
        {
            int stride = channels + padding;
            float[] input = Bits.Numbers(rows * stride, seed, 2), factors = Bits.Numbers(size * channels, seed + 1, 2);
            float[] tail = Bits.Numbers((size - 1) * channels, seed + 2, 2), again = [.. tail];
            float[] expected = new float[rows * channels], actual = new float[rows * channels];
            Array.Fill(actual, float.NaN);
            NaiveConvolution.Apply(input, stride, factors, tail, expected, channels);
            for (int row = 0; row < rows; row += piece)
            {
                int count = Math.Min(piece, rows - row);
                ShortConvolution.Apply(
                    input.AsSpan(row * stride), stride, factors, again,
                    actual.AsSpan(row * channels, count * channels), channels);
            }
            Bits.Same(expected, actual);
            if (rows > 0) Bits.Same(tail, again);
        }, iter: 300);

    [Fact]
    public void A_place_of_no_whole_number_of_rows_is_refused() =>
        Assert.Throws<ArgumentException>(() => ShortConvolution.Apply(
            new float[4], 2, new float[4], new float[2], new float[3], 2));
}
