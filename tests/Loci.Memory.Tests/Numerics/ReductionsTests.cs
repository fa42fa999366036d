using CsCheck;
using Loci.Memory.Numerics;
using static System.MathF;

namespace Loci.Memory.Tests.Numerics;

public class ReductionsTests
{
    private static readonly Gen<(float[] X, int Offset)> Cases = Gen.Select(Bits.Vector, Gen.Int[0, 9]);

    [Fact]
    public void Sums_have_the_bits_of_the_scalar_lanes() => Cases.Sample((x, offset) =>
    {
        float[] y = Bits.Numbers(x.Length, 9, 4);
        Span<float> a = Bits.At(offset, x), b = Bits.At(offset + 5, y);
        Assert.Equal(NaiveNumerics.Lanes(x.Length, (i, lane) => lane + x[i]), Reductions.Sum(a));
        Assert.Equal(NaiveNumerics.Lanes(x.Length, (i, lane) => FusedMultiplyAdd(x[i], x[i], lane)),
            Reductions.SumOfSquares(a));
        Assert.Equal(NaiveNumerics.Lanes(x.Length, (i, lane) => FusedMultiplyAdd(x[i], y[i], lane)),
            Reductions.Dot(a, b));
    }, iter: 1000);

    // A lane adds n/32 terms, the tree 5: the bound is that number of half units in the last place, of Σ|term|.
    [Fact]
    public void Sums_agree_with_float64() => Gen.Int[0, 5000].Sample(n =>
    {
        float[] x = Bits.Numbers(n, (uint)n, 2), y = Bits.Numbers(n, (uint)n + 1, 2);
        double bound = (n / 32 + 6) * 6e-8;
        Assert.Equal(x.Sum(v => (double)v), Reductions.Sum(x), bound * x.Sum(v => Math.Abs((double)v)) + 1e-30);
        Assert.Equal(
            x.Select((v, i) => (double)v * y[i]).Sum(), Reductions.Dot(x, y),
            bound * x.Select((v, i) => Math.Abs((double)v * y[i])).Sum() + 1e-30);
        double squares = x.Sum(v => (double)v * v);
        Assert.Equal(squares, Reductions.SumOfSquares(x), bound * squares + 1e-30);
    }, iter: 100);

    [Fact]
    public void Max_and_ArgMax_find_the_first_largest() => Cases.Sample((x, offset) =>
    {
        for (int i = 0; i < x.Length; i++) x[i] = Round(x[i] / 6); // many ties
        Span<float> a = Bits.At(offset, x);
        Assert.Equal(x.Length == 0 ? float.NegativeInfinity : x.Max(), Reductions.Max(a));
        Assert.Equal(x.Length == 0 ? -1 : Array.IndexOf(x, x.Max()), Reductions.ArgMax(a));
    }, iter: 1000);

    [Fact]
    public void NaN_wins_a_maximum_wherever_it_stands()
    {
        for (int n = 1; n < 40; n++)
            for (int at = 0; at < n; at++)
            {
                float[] x = Bits.Numbers(n, 3);
                x[at] = float.NaN;
                Assert.True(float.IsNaN(Reductions.Max(x)));
                Assert.True(float.IsNaN(Reductions.LogSumExp(x)));
                Assert.Equal(at, Reductions.ArgMax(x));
            }
        Assert.Equal(0, Reductions.ArgMax([-0f, 0]));
        Assert.Equal(0, Reductions.ArgMax([float.NegativeInfinity]));
    }

    [Fact]
    public void LogSumExp_agrees_with_float64() => Cases.Where(c => c.X.Length > 0).Sample((x, offset) =>
    {
        double max = x.Max(), expected = max + Math.Log(x.Sum(v => Math.Exp(v - max)));
        // exp and the sum: under 1e-6 of the sum, so 1e-6 in the logarithm; the result rounds to a float
        Assert.Equal(expected, Reductions.LogSumExp(Bits.At(offset, x)), 1e-6 + 6e-8 * Math.Abs(expected));
        Bits.Same([Reductions.LogSumExp(x)], [Reductions.LogSumExp(Bits.At(offset, x))]);
    }, iter: 1000);

    [Fact]
    public void LogSumExp_has_its_limits()
    {
        Assert.Equal(float.NegativeInfinity, Reductions.LogSumExp([]));
        Assert.Equal(float.NegativeInfinity, Reductions.LogSumExp([float.NegativeInfinity, float.NegativeInfinity]));
        Assert.Equal(float.PositiveInfinity, Reductions.LogSumExp([1, float.PositiveInfinity]));
        Assert.Equal(1e30f, Reductions.LogSumExp([1e30f, -1e30f, float.NegativeInfinity]));
    }

    [Fact]
    public void Softmax_has_the_bits_of_the_scalar_reference_and_agrees_with_float64() => Cases.Sample((x, offset) =>
    {
        if (x.Length == 0) return;
        Span<float> y = Bits.At(offset, x);
        Softmax.Apply(y);
        Bits.Same(NaiveNumerics.Softmax(x), y);
        double max = x.Max(), sum = x.Sum(v => Math.Exp(v - max));
        for (int i = 0; i < x.Length; i++)
            // x − max rounds to a float: up to 60·2⁻²⁴ = 4e-6 of the result
            Assert.Equal(Math.Exp(x[i] - max) / sum, y[i], 5e-6 * Math.Exp(x[i] - max) / sum + 1e-44);
    }, iter: 1000);

    [Fact]
    public void Softmax_has_its_limits()
    {
        Check([], []);
        Check([0, 1], [float.NegativeInfinity, 3]);
        Check([1], [float.MinValue]);
        Check([0.5f, 0, 0.5f], [1e30f, -1e30f, 1e30f]);
        Check([float.NaN, float.NaN], [1, float.NaN]);
        Check([float.NaN, float.NaN], [1, float.PositiveInfinity]);
        Check([float.NaN], [float.NegativeInfinity]);
        Check([float.NaN, float.NaN], [1, BitConverter.UInt32BitsToSingle(0x7FC000FF)]);

        static void Check(float[] expected, float[] x)
        {
            Softmax.Apply(x);
            Bits.Same(expected, x);
        }
    }

    [Fact]
    public void Lengths_must_agree() =>
    Assert.Throws<ArgumentException>(() => Reductions.Dot(new float[3], new float[4]));
}
