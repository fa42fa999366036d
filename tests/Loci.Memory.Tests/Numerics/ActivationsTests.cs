using CsCheck;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

public class ActivationsTests
{
    public static TheoryData<Activation> Kinds => [.. Enum.GetValues<Activation>()];

    // The documented error: relative, beyond one unit of the smallest subnormal.
    private const double Relative = 5e-7, Subnormal = 1.401298464324817e-45;

    [Theory, MemberData(nameof(Kinds))]
    public void Agree_with_float64_over_the_whole_range(Activation kind)
    {
        float[] x = Samples();
        float[] y = [.. x];
        Activations.Apply(kind, y);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Float64.Activate(kind, x[i]), error = Math.Abs(y[i] - expected) - Subnormal;
            if (error <= 0) continue;
            if (error / Math.Abs(expected) > worst) (worst, at) = (error / Math.Abs(expected), x[i]);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {worst:E2} at {at:R}");
        Assert.True(worst < Relative, $"{kind}: relative error {worst:E2} at {at:R}");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Have_the_bits_of_the_scalar_reference(Activation kind)
    {
        float[] x = [.. Samples().Where((_, i) => i % 7 == 0), .. Bits.Special];
        float[] y = [.. x];
        Activations.Apply(kind, y);
        Bits.Same([.. x.Select(v => NaiveNumerics.Activate(kind, v))], y, kind.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Do_not_depend_on_place_or_length(Activation kind) =>
        Gen.Select(Bits.Vector, Gen.Int[0, 9]).Sample((x, offset) =>
        {
            Span<float> y = Bits.At(offset, x);
            Activations.Apply(kind, y);
            for (int i = 0; i < x.Length; i++)
            {
                float[] alone = [x[i]];
                Activations.Apply(kind, alone);
                Bits.Same(alone, y.Slice(i, 1));
            }
        }, iter: 300);

    [Theory, MemberData(nameof(Kinds))]
    public void Have_their_limits(Activation kind)
    {
        float[] y = [float.PositiveInfinity, float.MaxValue, 1000, float.NegativeInfinity, float.MinValue, -1000, 0,
            -0f, float.NaN];
        Activations.Apply(kind, y);
        float zero = kind is Activation.Relu or Activation.SquaredRelu ? 0 : -0f;
        float[] high = kind == Activation.SquaredRelu ? [float.PositiveInfinity, 1e6f] : [float.MaxValue, 1000];
        Bits.Same([float.PositiveInfinity, .. high, zero, zero, zero, 0, zero, float.NaN], y);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gates_multiply_the_activation(Activation kind) =>
        Gen.Select(Bits.Vector, Gen.Int[0, 9]).Sample((x, offset) =>
        {
            float[] up = Bits.Numbers(x.Length, 5, 3);
            Span<float> gate = Bits.At(offset, x);
            Gating.Apply(kind, gate, Bits.At(offset + 3, up));
            Bits.Same([.. x.Select((v, i) => NaiveNumerics.Activate(kind, v) * up[i])], gate);
        }, iter: 300);

    [Fact]
    public void Unknown_kinds_and_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Activations.Apply((Activation)99, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gating.Apply((Activation)99, new float[3], new float[3]));
        Assert.Throws<ArgumentException>(() => Gating.Apply(Activation.Silu, new float[3], new float[2]));
    }

    /// <summary>Numbers dense around 0 and in the tails, and every magnitude.</summary>
    private static float[] Samples() =>
    [
        .. Bits.Numbers(200_000, 1, 16), .. Bits.Numbers(100_000, 2, 120), .. Bits.Numbers(20_000, 3, 1),
        .. Enumerable.Range(0, 200_000).Select(i => BitConverter.Int32BitsToSingle(i * (0x7F800000 / 200_000))),
        .. Enumerable.Range(0, 200_000).Select(i => -BitConverter.Int32BitsToSingle(i * (0x7F800000 / 200_000))),
    ];
}
