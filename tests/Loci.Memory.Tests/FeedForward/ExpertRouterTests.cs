using CsCheck;
using Loci.Memory.FeedForward;
using Loci.Memory.Numerics;
using Loci.Memory.Tests.Numerics;

namespace Loci.Memory.Tests.FeedForward;

public class ExpertRouterTests
{
    /// <summary>Of a weight, which is at most 1: a float32 softmax over a few scores.</summary>
    private const double Tolerance = 1e-5;

    [Fact]
    public void Weights_are_those_of_the_softmax_in_float64() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 5], Gen.Bool, Gen.Bool, Gen.UInt).Sample(
            (experts, some, rows, renormalised, shared, seed) =>
        {
            const int size = 6, cells = 3;
            int chosen = Math.Min(some, experts);
            float[] scores = Bits.Numbers(experts * size, seed, 2), gate = Bits.Numbers(size, seed + 1, 2),
                x = Bits.Numbers(rows * size, seed + 2, 2);
            using var matrix = PackedMatrix.Pack(scores, size, experts, outputsFirst: true);
            using var gates = PackedMatrix.Pack(gate, size, 1, outputsFirst: true);
            var router = new ExpertRouter(
                matrix, chosen, renormalised, cells, shared ? 2 : 0, shared ? gates : null);
            float[] weights = new float[rows * router.Groups];
            router.Weigh(x, rows, weights);
            for (int r = 0; r < rows; r++)
            {
                double[] p = [.. Enumerable.Range(0, experts).Select(e => Math.Exp(Dot(scores, e, x, r)))];
                double all = p.Sum(), least = p.OrderDescending().ElementAt(chosen - 1);
                double sum = renormalised ? p.Where(value => value >= least).Sum() : all;
                for (int e = 0; e < experts; e++)
                    Assert.Equal(p[e] >= least ? p[e] / sum : 0, weights[r * router.Groups + e], Tolerance);
                if (shared)
                    Assert.Equal(
                        1 / (1 + Math.Exp(-Dot(gate, 0, x, r))), weights[r * router.Groups + experts], Tolerance);
            }
            float[] m = [.. Enumerable.Repeat(1f, rows * router.Cells)];
            router.Apply(weights, rows, m);
            for (int i = 0; i < m.Length; i++)
            {
                int group = Math.Min(i % router.Cells / cells, router.Groups - 1);
                Assert.Equal(weights[i / router.Cells * router.Groups + group], m[i]);
            }

            double Dot(float[] matrix, int row, float[] vectors, int at) =>
                Enumerable.Range(0, size).Sum(i => (double)matrix[row * size + i] * vectors[at * size + i]);
        }, iter: 100);

    [Fact]
    public void What_cannot_be_is_refused()
    {
        using var matrix = PackedMatrix.Pack(new float[6], 2, 3, outputsFirst: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExpertRouter(matrix, 4, true, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExpertRouter(matrix, 0, true, 1));
        Assert.Throws<ArgumentException>(() => new ExpertRouter(matrix, 1, true, 1, sharedCells: 2));
        using var keys = PackedMatrix.Pack(new float[8], 2, 4, outputsFirst: true);
        using var values = PackedMatrix.Pack(new float[8], 4, 2, outputsFirst: true);
        Assert.Throws<ArgumentException>(() => new FeedForwardMemory(
            keys, values, Activation.Relu, router: new ExpertRouter(matrix, 1, true, 1)));
    }
}
