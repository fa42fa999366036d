using CsCheck;
using Loci.Memory.Numerics;
using static System.MathF;

namespace Loci.Memory.Tests.Numerics;

public class NormsTests
{
    private static readonly Gen<(int Rows, int Width, int Offset, bool Gain, bool Bias)> Cases =
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 100], Gen.Int[0, 9], Gen.Bool, Gen.Bool);

    [Fact]
    public void Have_the_bits_of_the_scalar_reference() => Cases.Sample((rows, width, offset, hasGain, hasBias) =>
    {
        float[] x = Bits.Numbers(rows * width, 1, 5);
        float[] gain = hasGain ? Bits.Numbers(width, 2) : [], bias = hasBias ? Bits.Numbers(width, 3) : [];
        float[] y = new float[x.Length], inverse = new float[rows], expected = new float[x.Length],
            scales = new float[rows];

        for (int r = 0; r < rows; r++)
        {
            int at = r * width;
            float mean = NaiveNumerics.Lanes(width, (i, lane) => lane + x[at + i]) / width;
            float variance = NaiveNumerics.Lanes(width,
                (i, lane) => FusedMultiplyAdd(x[at + i] - mean, x[at + i] - mean, lane)) / width;
            scales[r] = 1 / Sqrt(variance + 1e-5f);
            for (int i = 0; i < width; i++)
            {
                float v = (x[at + i] - mean) * scales[r];
                expected[at + i] = (hasGain, hasBias) switch
                {
                    (true, true) => FusedMultiplyAdd(v, gain[i], bias[i]),
                    (true, false) => v * gain[i],
                    (false, true) => v + bias[i],
                    _ => v,
                };
            }
        }
        Norms.LayerNorm(Bits.At(offset, x), width, gain, bias, 1e-5f, y, inverse);
        Bits.Same(expected, y);
        Bits.Same(scales, inverse);

        for (int r = 0; r < rows; r++)
        {
            int at = r * width;
            scales[r] = 1
                / Sqrt(NaiveNumerics.Lanes(width, (i, lane) => FusedMultiplyAdd(x[at + i], x[at + i], lane)) / width
                    + 1e-6f);
            for (int i = 0; i < width; i++) expected[at + i] = x[at + i] * scales[r] * (hasGain ? gain[i] : 1);
        }
        Span<float> inPlace = Bits.At(offset, x);
        Norms.RmsNorm(inPlace, width, gain, 1e-6f, inPlace, inverse);
        Bits.Same(expected, inPlace);
        Bits.Same(scales, inverse);
    }, iter: 500);

    [Theory, InlineData(1, 64), InlineData(3, 768), InlineData(2, 1000)]
    public void Agree_with_float64_far_from_zero(int rows, int width)
    {
        float[] x = [.. Bits.Numbers(rows * width, 5).Select(v => v + 20)], y = new float[x.Length],
            inverse = new float[rows];
        float[] gain = Bits.Numbers(width, 6), bias = Bits.Numbers(width, 7);
        Norms.LayerNorm(x, width, gain, bias, 1e-5f, y, inverse);
        for (int r = 0; r < rows; r++)
        {
            double[] row = [.. x.AsSpan(r * width, width).ToArray().Select(v => (double)v)];
            double mean = row.Average(), sigma = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 1e-5);
            Assert.Equal(1 / sigma, inverse[r], 1e-6 / sigma);
            for (int i = 0; i < width; i++) // the mean rounds to a float near 20: 1e-6, divided by a σ of 0.6
                Assert.Equal((row[i] - mean) / sigma * gain[i] + bias[i], y[r * width + i], 4e-6);
        }
        Norms.RmsNorm(x, width, gain, 1e-5f, y, inverse);
        for (int r = 0; r < rows; r++)
        {
            double[] row = [.. x.AsSpan(r * width, width).ToArray().Select(v => (double)v)];
            double sigma = Math.Sqrt(row.Average(v => v * v) + 1e-5);
            for (int i = 0; i < width; i++)
                Assert.Equal(row[i] / sigma * gain[i], y[r * width + i], 6e-7 * Math.Abs(row[i] / sigma * gain[i]));
        }
    }

    [Fact]
    public void Lengths_must_fit()
    {
        float[] x = new float[12];
        Assert.Throws<ArgumentOutOfRangeException>(() => Norms.RmsNorm(x, 0, [], 1e-5f, x));
        Assert.Throws<ArgumentException>(() => Norms.RmsNorm(x, 5, [], 1e-5f, x));
        Assert.Throws<ArgumentException>(() => Norms.RmsNorm(x, 4, new float[3], 1e-5f, x));
        Assert.Throws<ArgumentException>(() => Norms.LayerNorm(x, 4, [], new float[5], 1e-5f, x));
        Assert.Throws<ArgumentException>(() => Norms.LayerNorm(x, 4, [], [], 1e-5f, new float[11]));
        Assert.Throws<ArgumentException>(() => Norms.LayerNorm(x, 4, [], [], 1e-5f, x, new float[2]));
    }
}
