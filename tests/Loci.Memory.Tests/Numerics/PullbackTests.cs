using Loci.Memory.Attention;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

/// <summary>The pull-backs against float64, and float64 against central differences.</summary>
public class PullbackTests
{
    private const double Step = 1e-5, DifferenceTolerance = 1e-8; // truncation 1e-10, rounding 1e-11
    private const double Tolerance = 1e-5; // of the largest: float32 sums of at most a few hundred numbers
    private const double SlopeTolerance = 5e-7; // as documented

    public static TheoryData<Activation> Kinds => [.. Enum.GetValues<Activation>()];

    [Theory, MemberData(nameof(Kinds))]
    public void Slopes_of_activations(Activation kind)
    {
        float[] x = [.. Enumerable.Range(-4000, 8001).Select(i => i / 320f), 1e4f, -1e4f, 1e30f, -1e30f, 0, -0f,
            float.PositiveInfinity, float.NegativeInfinity];
        float[] slopes = [.. x];
        Activations.Slope(kind, slopes);
        for (int i = 0; i < x.Length; i++)
        {
            double most = kind == Activation.SquaredRelu ? 2.0 * x[i] : 1;
            double expected = x[i] > 1e3f ? most : x[i] < -1e3f ? 0 : NaivePullbacks.Slope(kind, x[i]);
            Assert.True(
                slopes[i] == expected || Math.Abs(slopes[i] - expected) <= SlopeTolerance * Math.Max(1, expected),
                $"{kind}({x[i]}): {slopes[i]}, {expected}");
            if (Math.Abs(x[i]) > 10
                || (kind is Activation.Relu or Activation.SquaredRelu && Math.Abs(x[i]) < 2 * Step)) continue;
            double difference = (Float64.Activate(kind, x[i] + Step) - Float64.Activate(kind, x[i] - Step))
                / (2 * Step);
            Assert.Equal(difference, expected, DifferenceTolerance);
        }
        float[] nan = [float.NaN];
        Activations.Slope(kind, nan);
        Assert.True(float.IsNaN(nan[0]));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Norms(bool centred)
    {
        var random = new Random(1);
        foreach (int width in (int[])[1, 2, 7, 8, 33, 200])
        {
            float[] x = Numbers(random, 3 * width), gain = Numbers(random, width), dy = Numbers(random, 3 * width);
            float[] dx = new float[x.Length], dGain = new float[width], dBias = new float[width];
            if (centred) NormPullbacks.LayerNorm(x, width, gain, 1e-2f, dy, dx, dGain, dBias);
            else NormPullbacks.RmsNorm(x, width, gain, 1e-2f, dy, dx, dGain);
            double[] expectedGain = new double[width], wide = Wide(gain), all = new double[x.Length];
            for (int r = 0; r < 3; r++)
            {
                int from = r * width, to = from + width;
                double[] row = Wide(x)[from..to], upper = Wide(dy)[from..to];
                var (own, ofGain) = NaivePullbacks.NormBack(centred, row, wide, 1e-2f, upper);
                own.CopyTo(all, from);
                for (int i = 0; i < width; i++) expectedGain[i] += ofGain[i];
                AssertDifferences(
                    row, own, () => Along(NaivePullbacks.Norm(centred, row, wide, 1e-2f), upper));
            }
            AssertNear(all, dx);
            AssertNear(expectedGain, dGain);
            if (centred) AssertNear([.. Enumerable.Range(0, width).Select(i => (double)dy[i] + dy[width + i]
                + dy[2 * width + i])], dBias);
        }
    }

    [Fact]
    public void Softmax_attention()
    {
        var random = new Random(2);
        foreach (var (heads, keyHeads, size, cap, window, count) in (ReadOnlySpan<(int, int, int, float, int, int)>)
            [(1, 1, 3, 0, 0, 5), (4, 2, 8, 0, 0, 70), (2, 1, 5, 2, 0, 33), (3, 3, 16, 0, 7, 130), (2, 2, 64, 3, 40, 90),
                (1, 1, 1, 0, 1, 3), (6, 3, 5, 0, 0, 70)])
        {
            var alibi = heads == 6 ? new AlibiSlopes(heads) : null;
            var shape = new AttentionShape(heads, keyHeads, size, 1 / MathF.Sqrt(size), cap, window, alibi);
            int width = heads * size, narrow = keyHeads * size, stride = width + 2 * narrow + 3;
            float[] qkv = Numbers(random, count * stride), dOutput = Numbers(random, count * width),
                gradients = new float[count * stride];
            CausalAttention.Pullback(
                shape, qkv, stride, count, qkv.AsSpan(width), stride, qkv.AsSpan(width + narrow), stride, dOutput,
                width, gradients, gradients.AsSpan(width), gradients.AsSpan(width + narrow));
            double[] dk = new double[count * narrow], dv = new double[count * narrow], dq = new double[count * width];
            for (int h = 0; h < heads; h++)
            {
                var naive = new NaiveAttentionPullback(shape with { Heads = 1, KeyValueHeads = 1 }, shape.Slope(h));
                int at = h / shape.Group * size;
                double[] q = Columns(qkv, stride, h * size, size), k = Columns(qkv, stride, width + at, size),
                    v = Columns(qkv, stride, width + narrow + at, size),
                    upper = Columns(dOutput, width, h * size, size);
                var (ofQ, ofK, ofV) = naive.Back(q, k, v, upper);
                for (int i = 0; i < ofQ.Length; i++)
                {
                    dq[i / size * width + h * size + i % size] = ofQ[i];
                    dk[i / size * narrow + at + i % size] += ofK[i];
                    dv[i / size * narrow + at + i % size] += ofV[i];
                }
                if (count > 40 || h > 0) continue;
                double Loss() => Along(naive.Read(q, k, v), upper);
                AssertDifferences(q, ofQ, Loss);
                AssertDifferences(k, ofK, Loss);
                AssertDifferences(v, ofV, Loss);
            }
            AssertNear(dq, Narrow(Columns(gradients, stride, 0, width)));
            AssertNear(dk, Narrow(Columns(gradients, stride, width, narrow)));
            AssertNear(dv, Narrow(Columns(gradients, stride, width + narrow, narrow)));
        }
    }

    [Fact]
    public void Products_of_weights_and_transposes()
    {
        var random = new Random(3);
        using var products = new OuterProducts();
        foreach (var (rows, outputs, inputs) in (ReadOnlySpan<(int, int, int)>)
            [(1, 1, 1), (3, 17, 5), (130, 33, 40), (7, 200, 16)])
        {
            float[] dy = Numbers(random, rows * outputs), x = Numbers(random, rows * inputs),
                sum = Numbers(random, outputs * inputs), other = [.. sum];
            double[] expected = new double[sum.Length];
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                {
                    expected[o * inputs + i] = sum[o * inputs + i];
                    for (int r = 0; r < rows; r++)
                        expected[o * inputs + i] += (double)dy[r * outputs + o] * x[r * inputs + i];
                }
            products.Add(dy, x, rows, sum);
            products.Add(dy, x, rows, other, threads: 2);
            AssertNear(expected, sum);
            Assert.Equal(sum, other);

            float[] half = [.. sum.Select(number => (float)(Half)number)];
            var matrices = new[]
            {
                PackedMatrix.Pack(half, inputs, outputs, outputsFirst: true),
                PackedMatrix.Pack(half.Select(number => BitConverter.HalfToUInt16Bits((Half)number)).ToArray(),
                    WeightFormat.Float16, inputs, outputs, outputsFirst: true),
            };
            foreach (var matrix in matrices)
            {
                using var transpose = matrix.Transpose();
                float[] row = new float[inputs], back = new float[inputs];
                for (int o = 0; o < outputs; o++)
                {
                    matrix.CopyOutput(o, row);
                    transpose.CopyInput(o, back);
                    Assert.Equal(row, back);
                }
                matrix.Dispose();
            }
        }
    }

    private static double[] Columns(float[] rows, int stride, int first, int count) =>
        [.. Enumerable.Range(0, rows.Length / stride).SelectMany(r => Wide(rows.AsSpan(r * stride + first, count)
            .ToArray()))];

    private static void AssertDifferences(double[] at, double[] gradient, Func<double> loss)
    {
        for (int i = 0; i < at.Length; i++)
        {
            double here = at[i];
            at[i] = here + Step;
            double up = loss();
            at[i] = here - Step;
            double down = loss();
            at[i] = here;
            Assert.Equal((up - down) / (2 * Step), gradient[i], 100 * DifferenceTolerance);
        }
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        double largest = expected.Max(Math.Abs), worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance * Math.Max(largest, 1e-3), $"off by {worst:g3}, largest {largest:g3}");
    }

    private static double Along(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Wide(float[] numbers) => [.. numbers.Select(number => (double)number)];

    private static float[] Narrow(double[] numbers) => [.. numbers.Select(number => (float)number)];

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
}
