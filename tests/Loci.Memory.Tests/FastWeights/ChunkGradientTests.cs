using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.FastWeights.Kernels;
using static Loci.Memory.Tests.FastWeights.PlainRecurrence;

namespace Loci.Memory.Tests.FastWeights;

public class ChunkGradientTests
{
    private const double Rounding = 1e-10; // of float64 sums in two orders, relative to the largest gradient

    [Fact]
    public void Chunks_have_the_gradients_of_the_naive_chain_rule() => Gen.Select(
        Gen.Int[0, 1 << 20], Gen.Int[1, 40], Gen.Int[1, 12], Gen.Int[1, 12], Gen.OneOf(1, 4, 16, 32), Gen.Bool,
        Gen.OneOf("none", "soft", "hard"), Gen.Bool).Sample(
        (seed, length, keys, values, chunk, correct, gates, normalized) =>
        {
            normalized &= !correct;
            var plain = Random(seed, length, keys, values, correct, normalized ? "positive" : "unit", gates);
            plain.Normalized = normalized;
            var random = new Random(seed + 1);
            double[] dOutput = Normal(random, length * values), dState = Normal(random, keys * values);
            double[] dZ = Normal(random, keys);
            var found = ChunkwiseTests.Gradients<double>(
                plain, gates, chunk, dOutput, dState, dZ, HeadKernels<double>.Current);

            double[] q = new double[length * keys], k = new double[length * keys], v = new double[length * values];
            double[] beta = new double[length], g = new double[gates == "none" ? 0 : length];
            double[] s = [.. dState], z = normalized ? [.. dZ] : [];
            NaiveGradients.Run(
                new(1, length, 1, keys, values), ChunkwiseTests.Inputs<double>(plain, gates), plain.S0,
                normalized ? plain.Z0 : [], dOutput,
                new() { Queries = q, Keys = k, Values = v, Strengths = beta, LogGates = g, States = s,
                    Normalizers = z });
            Near(q, found.Q);
            Near(k, found.K);
            Near(v, found.V);
            Near(beta, found.Beta);
            Near(g, found.G);
            Near(s, found.S);
            Near(z, found.Z);
        }, seed: "0000KDl1_2z4", iter: 200);

    private static void Near(double[] expected, double[] actual)
    {
        double scale = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Rounding * (1 + scale));
    }
}
