using System.Numerics;
using CsCheck;
using Loci.Atlas.Agreement;

namespace Loci.Tests.Atlas;

public class AgreementStatisticsTests
{
    private static readonly Gen<(int[] Predicted, int[] Asked)> Small =
        Gen.Int[1, 7].SelectMany(n => Gen.Select(Gen.Int[0, 3].Array[n], Gen.Int[0, 3].Array[n]));

    [Fact]
    public void Permutation_null_is_what_all_permutations_give() => Small.Sample(
        (predicted, asked) =>
        {
            var counts = Permutations(asked)
                .Select(w => (double)w.Zip(predicted).Count(pair => pair.First == pair.Second)).ToArray();
            double mean = counts.Average(), variance = counts.Average(x => (x - mean) * (x - mean));
            var chance = new PermutationNull(predicted, asked);
            // At most 5040 terms of size below 50: rounding stays under 1e-11.
            Assert.Equal(mean, chance.Mean, 1e-11);
            Assert.Equal(variance, chance.Variance, 1e-11);
            for (int k = 0; k <= predicted.Length + 1; k++)
            {
                double atLeast = counts.Count(x => x >= k) / (double)counts.Length;
                Assert.Equal(atLeast, chance.AtLeast(k), 1e-11);
                double midP = (atLeast + counts.Count(x => x > k) / (double)counts.Length) / 2;
                if (mean < PermutationNull.ExactBelow) Assert.Equal(midP, chance.MidP(k), 1e-11);
            }
        }, iter: 200, seed: "0000000000005");

    [Fact]
    public void Permutation_null_agrees_with_shuffling()
    {
        var random = new Random(7);
        int n = 400;
        var predicted = Enumerable.Range(0, n).Select(_ => (int)(60 * random.NextDouble() * random.NextDouble()))
            .ToArray();
        foreach (int spread in (int[])[60, 2000])
        {
            var asked = Enumerable.Range(0, n).Select(_ => (int)(spread * random.NextDouble() * random.NextDouble()))
                .ToArray();
            var chance = new PermutationNull(predicted, asked);
            var counts = new int[20_000];
            for (int round = 0; round < counts.Length; round++)
            {
                random.Shuffle(asked);
                for (int i = 0; i < n; i++) if (predicted[i] == asked[i]) counts[round]++;
            }
            double error = Math.Sqrt(chance.Variance / counts.Length);
            Assert.InRange(counts.Average(), chance.Mean - 4 * error, chance.Mean + 4 * error);
            int observed = (int)Math.Ceiling(chance.Mean + Math.Sqrt(chance.Variance));
            double midP = counts.Count(
                x => x > observed) / (double)counts.Length + counts.Count(x => x == observed) / 2.0 / counts.Length;
            // 4 standard errors of the simulation, and 0.01 for the normal approximation where it is used.
            Assert.Equal(
                midP, chance.MidP(observed), 4 * Math.Sqrt(midP / counts.Length) + (chance.Mean < 5 ? 0 : 0.01));
        }
    }

    [Fact]
    public void The_exact_tail_of_one_common_token_is_hypergeometric()
    {
        // 60 of 4096 values predict the token, 80 triggers ask for it: mean 1.17.
        var predicted = Enumerable.Range(0, 4096).Select(i => i < 60 ? -1 : i).ToArray();
        var asked = Enumerable.Range(0, 4096).Select(i => i < 80 ? -1 : -2 - i).ToArray();
        var chance = new PermutationNull(predicted, asked);
        for (int k = 1; k < 30; k++)
        {
            BigInteger ways = 0;
            for (int j = k; j <= 60; j++) ways += Choose(80, j) * Choose(4016, 60 - j);
            double expected = Math.Exp(BigInteger.Log(ways) - BigInteger.Log(Choose(4096, 60)));
            // logarithms near 300 leave 1e-13 · 300 of relative error
            Assert.Equal(1, chance.AtLeast(k) / expected, 1e-9);
        }
    }

    [Fact]
    public void Layers_without_cells_or_choice_have_no_z()
    {
        Assert.Null(new PermutationNull([], []).Z(0));
        Assert.Equal((1.0, 0.0), (new PermutationNull([3], [3]).Mean, new PermutationNull([3], [3]).Variance));
        Assert.Null(new PermutationNull([1, 1], [1, 1]).Z(2));
        Assert.Equal(0.5, new PermutationNull([1, 1], [1, 1]).MidP(2));
        Assert.Equal(0.5, new PermutationNull([.. new int[9]], [.. new int[9]]).MidP(9));
    }

    [Fact]
    public void Binomial_tail_is_the_sum_of_its_terms() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 61], Gen.Int[0, 1000]).Sample(
        (n, k, thousandths) =>
        {
            BigInteger ways = 0;
            for (int j = k; j <= n; j++)
                ways += Choose(n, j) * BigInteger.Pow(thousandths, j) * BigInteger.Pow(1000 - thousandths, n - j);
            double expected = ways.IsZero ? 0 : Math.Exp(BigInteger.Log(ways) - n * Math.Log(1000));
            double actual = BinomialTail.Upper(k, n, thousandths / 1000.0);
            Assert.Equal(expected, actual, 1e-12 + expected * 1e-12);
            if (expected > 1e-290) Assert.Equal(1, actual / expected, 1e-10);
        }, iter: 2000, seed: "0000000000006");

    [Fact]
    public void Binomial_tail_keeps_what_is_tiny()
    {
        Assert.Equal(1, BinomialTail.Upper(50, 50, 1e-5) / 1e-250, 1e-10);
        Assert.Equal(0, BinomialTail.Upper(50, 50, 1e-9));
        Assert.Equal(1, BinomialTail.Upper(0, 0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialTail.Upper(1, 2, double.NaN));
    }

    [Fact]
    public void Benjamini_and_Hochberg_adjust_as_in_their_paper()
    {
        // The 15 p-values of the example in Benjamini and Hochberg (1995), section 4: four hypotheses rejected at 0.05.
        double[] p =
        [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1,
        ];
        var q = BenjaminiHochberg.Adjust(p);
        Assert.Equal(4, q.Count(value => value <= 0.05));
        Assert.Equal(0.0015, q[0], 1e-15);
        Assert.Equal(0.0095 * 15 / 4, q[3], 1e-15);
        Assert.Empty(BenjaminiHochberg.Adjust([]));
    }

    [Fact]
    public void Benjamini_and_Hochberg_by_definition() => Gen.Double[0, 1].Array[1, 40].Sample(
        p =>
        {
            var q = BenjaminiHochberg.Adjust(p);
            for (int i = 0; i < p.Length; i++)
            {
                double expected = p.Where(other => other >= p[i])
                    .Select(other => Math.Min(1, other * p.Length / p.Count(x => x <= other))).Min();
                Assert.Equal(expected, q[i], 1e-15);
            }
        }, iter: 500, seed: "0000000000007");

    [Theory] // Values of the complementary error function, tabulated to 16 digits: erfc(z/√2)/2.
    [InlineData(0, 0.5), InlineData(1, 0.15865525393145705), InlineData(1.959963984540054, 0.025)]
    [InlineData(2, 0.02275013194817921), InlineData(5, 2.8665157187919391e-07), InlineData(10, 7.6198530241605261e-24)]
    [InlineData(30, 4.9067139271481871e-198), InlineData(-1, 0.84134474606854293), InlineData(40, 0)]
    public void Normal_tail_has_its_known_values(double z, double expected) =>
        Assert.Equal(expected, NormalTail.Upper(z), expected * 1e-12);

    private static IEnumerable<int[]> Permutations(int[] items)
    {
        if (items.Length <= 1) return [items];
        return items.SelectMany(
            (item, i) => Permutations([.. items[..i], .. items[(i + 1)..]]).Select(rest => (int[])[item, .. rest]));
    }

    private static BigInteger Choose(int n, int k)
    {
        if (k < 0 || k > n) return 0;
        BigInteger ways = 1;
        for (int i = 1; i <= k; i++) ways = ways * (n - k + i) / i;
        return ways;
    }
}
