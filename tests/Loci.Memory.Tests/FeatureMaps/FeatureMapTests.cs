using CsCheck;
using Loci.Memory.FeatureMaps;
using static Loci.Memory.Tests.FastWeights.PlainRecurrence;

namespace Loci.Memory.Tests.FeatureMaps;

public class FeatureMapTests
{
    private static IEnumerable<FeatureMap> Maps(int size) =>
    [
        FeatureMap.Identity, FeatureMap.Relu, FeatureMap.Silu, FeatureMap.Tanh, FeatureMap.EluPlusOne,
        new Dpfp(1), new Dpfp(size - 1), new Favor(size, 5, 3), new Favor(size, 11, 4, stabilized: false),
    ];

    [Fact]
    public void Pullback_is_the_transposed_derivative_with_every_normalisation() => Gen.Select(
        Gen.Int[2, 9], Gen.Int[0, 1 << 20], Gen.Enum<Normalization>()).Sample((size, seed, kind) =>
        {
            foreach (FeatureMap map in Maps(size))
            {
                if (kind == Normalization.Sum && !map.IsNonNegative) continue;
                var random = new Random(seed);
                double[] x = Normal(random, size), g = Normal(random, map.Features(size));
                // Away from kinks, and for FAVOR+ from ties of the largest feature, which random draws are.
                for (int i = 0; i < size; i++) x[i] += 0.1 * Math.Sign(x[i]);
                double Loss(double[] at)
                {
                    double[] features = new double[g.Length];
                    map.Apply<double>(at, features);
                    FeatureNormalization.Apply<double>(kind, features);
                    return features.Zip(g, (a, b) => a * b).Sum();
                }
                double[] plain = new double[g.Length], gradient = [.. g], found = new double[size];
                map.Apply<double>(x, plain);
                FeatureNormalization.Pullback<double>(kind, plain, gradient);
                map.Pullback<double>(x, gradient, found);
                for (int i = 0; i < size; i++)
                {
                    double[] up = [.. x], down = [.. x];
                    up[i] += 1e-5;
                    down[i] -= 1e-5;
                    double difference = (Loss(up) - Loss(down)) / 2e-5;
                    // FAVOR+ may change its largest feature within the step; its slope then lies between the two.
                    Assert.True(
                        Math.Abs(difference - found[i]) < 2e-5 * (1 + Math.Abs(difference)),
                        $"{map} {kind} {difference} {found[i]}");
                }
            }
        }, seed: "0000KDl1_2z4", iter: 60);

    [Fact]
    public void Elu_plus_one_does_not_cancel()
    {
        double[] x = [-700, -40, -1, 0, 2], features = new double[5];
        FeatureMap.EluPlusOne.Apply<double>(x, features);
        Assert.Equal([Math.Exp(-700), Math.Exp(-40), Math.Exp(-1), 1, 3], features);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    public void Dpfp_features_are_distinct_alive_and_as_independent_as_their_number(int size)
    {
        const int Samples = 3000;
        for (int nu = 1; nu < size; nu++)
        {
            var map = new Dpfp(nu);
            int count = map.Features(size);
            Assert.Equal(2 * size * nu, count);
            var random = new Random(nu);
            double[] gram = new double[count * count], x, features = new double[count];
            int nonZero = 0;
            for (int s = 0; s < Samples; s++)
            {
                x = Normal(random, size);
                map.Apply<double>(x, features);
                nonZero += features.Count(f => f != 0);
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < count; j++) gram[i * count + j] += features[i] * features[j] / Samples;
            }
            // A quarter: both factors must be on their positive side. Its standard error here is below 0.005.
            Assert.InRange((double)nonZero / Samples / count, 0.235, 0.265);
            Assert.Equal(count, Rank(gram, count));
        }
    }

    [Fact]
    public void Dpfp_is_the_product_of_rolls()
    {
        var random = new Random(1);
        double[] x = Normal(random, 300), r = [.. x.Select(a => Math.Max(a, 0)), .. x.Select(a => Math.Max(-a, 0))];
        double[] features = new double[600 * 4];
        new Dpfp(4).Apply<double>(x, features);
        for (int j = 1; j <= 4; j++)
            for (int i = 0; i < 600; i++) Assert.Equal(r[i] * r[(i - j + 600) % 600], features[(j - 1) * 600 + i]);
    }

    [Fact]
    public void Dpfp_outside_1_to_d_minus_1_is_refused_with_the_reason()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dpfp(0));
        foreach (int nu in new[] { 4, 5, 7 })
        {
            var e = Assert.Throws<ArgumentException>(() => new Dpfp(nu).Features(4));
            Assert.Contains("1 to 3", e.Message, StringComparison.Ordinal);
            Assert.Contains("repeat", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Favor_rows_are_orthogonal_in_blocks_with_chi_norms()
    {
        var map = new Favor(16, 40, 9);
        double squares = 0;
        for (int a = 0; a < 40; a++)
        {
            squares += Dot(a, a);
            for (int b = 0; b < a; b++)
                if (a / 16 == b / 16) Assert.True(Math.Abs(Dot(a, b)) < 1e-12 * 16);
        }
        // χ²₁₆ has mean 16 and standard deviation √32; over 40 rows 0.9.
        Assert.InRange(squares / 40, 16 - 3.6, 16 + 3.6);
        double Dot(int a, int b) => Enumerable.Range(0, 16).Sum(i => map.Rows[a * 16 + i] * map.Rows[b * 16 + i]);

        double[] first = map.Rows.ToArray();
        Assert.Equal(first, new Favor(16, 40, 9).Rows.ToArray());
        map.Redraw(10);
        Assert.NotEqual(first, map.Rows.ToArray());
        map.Redraw(9);
        Assert.Equal(first, map.Rows.ToArray());
    }

    [Fact]
    public void Favor_estimates_the_softmax_kernel_and_stabilising_only_scales()
    {
        var random = new Random(2);
        double[] x = [.. Normal(random, 8).Select(a => 0.3 * a)], y = [.. Normal(random, 8).Select(a => 0.3 * a)];
        double[] fx = new double[8000], fy = new double[8000], stable = new double[8000];
        new Favor(8, 4000, 5, stabilized: false).Apply<double>(x, fx);
        new Favor(8, 4000, 5, stabilized: false).Apply<double>(y, fy);
        Assert.Equal(Math.Exp(x.Zip(y, (a, b) => a * b).Sum()), fx.Zip(fy, (a, b) => a * b).Sum(), 0.03);
        new Favor(8, 4000, 5).Apply<double>(x, stable);
        double ratio = stable[0] / fx[0];
        for (int i = 0; i < fx.Length; i++) Assert.Equal(ratio, stable[i] / fx[i], 1e-9 * ratio);
        Assert.Equal(1 / Math.Sqrt(8000), stable.Max(), 1e-12);
    }

    [Fact]
    public void Normalised_features_have_sum_or_length_one_and_zero_stays_zero()
    {
        double[] features = [1, 2, 2], zero = new double[3];
        FeatureNormalization.Apply<double>(Normalization.L2, features);
        Assert.Equal(1, features.Sum(f => f * f), 1e-15);
        FeatureNormalization.Apply<double>(Normalization.Sum, features);
        Assert.Equal(1, features.Sum(), 1e-6);
        FeatureNormalization.Apply<double>(Normalization.L2, zero);
        FeatureNormalization.Apply<double>(Normalization.Sum, zero);
        Assert.Equal([0, 0, 0], zero);
    }

    // By elimination with full pivoting.
    private static int Rank(double[] a, int n)
    {
        double first = 0;
        for (int rank = 0; rank < n; rank++)
        {
            int pivotRow = rank, pivotColumn = rank;
            for (int i = rank; i < n; i++)
                for (int j = rank; j < n; j++)
                    if (Math.Abs(a[i * n + j]) > Math.Abs(a[pivotRow * n + pivotColumn]))
                        (pivotRow, pivotColumn) = (i, j);
            double pivot = a[pivotRow * n + pivotColumn];
            if (rank == 0) first = Math.Abs(pivot);
            if (Math.Abs(pivot) < 1e-6 * first) return rank;
            for (int j = 0; j < n; j++) (a[rank * n + j], a[pivotRow * n + j]) = (a[pivotRow * n + j], a[rank * n + j]);
            for (int i = 0; i < n; i++)
                (a[i * n + rank], a[i * n + pivotColumn]) = (a[i * n + pivotColumn], a[i * n + rank]);
            for (int i = rank + 1; i < n; i++)
            {
                double factor = a[i * n + rank] / a[rank * n + rank];
                for (int j = rank; j < n; j++) a[i * n + j] -= factor * a[rank * n + j];
            }
        }
        return n;
    }
}
