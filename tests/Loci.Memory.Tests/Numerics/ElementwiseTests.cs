using CsCheck;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

public class ElementwiseTests
{
    [Fact]
    public void Every_element_is_computed_by_itself() =>
        Gen.Select(Bits.Vector, Gen.Int[0, 9], Gen.Float[-3f, 3f]).Sample((x, offset, s) =>
        {
            float[] y = Bits.Numbers(x.Length, 4, 10);
            Check((a, b) => Elementwise.Add(a, b), (v, w) => v + w);
            Check((a, b) => Elementwise.Multiply(a, b), (v, w) => v * w);
            Check((a, b) => Elementwise.AddScaled(a, s, b), (v, w) => MathF.FusedMultiplyAdd(s, w, v));
            Check((a, _) => Elementwise.Scale(a, s), (v, _) => s * v);
            Check((a, _) => Elementwise.SoftCap(a, 5), (v, _) => NaiveNumerics.SoftCap(v, 5));

            void Check(Kernel kernel, Func<float, float, float> scalar)
            {
                Span<float> a = Bits.At(offset, x);
                kernel(a, Bits.At(offset + 2, y));
                Bits.Same([.. x.Select((v, i) => scalar(v, y[i]))], a);
            }
        }, iter: 500);

    private delegate void Kernel(Span<float> x, ReadOnlySpan<float> y);

    [Theory, InlineData(1f), InlineData(30f), InlineData(50f)]
    public void Soft_cap_agrees_with_float64(float cap)
    {
        float[] x = [.. Bits.Numbers(100_000, 6, 8 * cap), .. Bits.Numbers(100_000, 7, cap / 8),
            .. Bits.Numbers(1000, 8, 1e-20f)];
        float[] y = [.. x];
        Elementwise.SoftCap(y, cap);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = cap * Math.Tanh((double)x[i] / cap);
            Assert.Equal(expected, y[i], 4e-7 * Math.Abs(expected)); // quotient, tanh and product: 7 half units
        }
    }

    [Fact]
    public void Soft_cap_has_its_limits()
    {
        float[] x = [float.PositiveInfinity, float.NegativeInfinity, 1e30f, 0, -0f, float.NaN];
        Elementwise.SoftCap(x, 30);
        Bits.Same([30, -30, 30, 0, -0f, float.NaN], x);
        foreach (float cap in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise.SoftCap(x, cap));
        Assert.Throws<ArgumentException>(() => Elementwise.Add(new float[3], new float[4]));
    }
}
