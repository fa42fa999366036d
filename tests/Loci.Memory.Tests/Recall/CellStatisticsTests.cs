using System.Numerics;
using CsCheck;
using Loci.Memory.Recall;

namespace Loci.Memory.Tests.Recall;

public class CellStatisticsTests
{
    private const string Seed = "0N0XIzNsQ0O2";
    private const int FractionBits = 2 * 149; // every float is a multiple of 2⁻¹⁴⁹, every square of 2⁻²⁹⁸

    [Fact]
    public void Agree_with_exact_arithmetic() => RecallCase.Gen.Sample(c =>
    {
        var recall = c.AnyHow();
        for (int cell = 0; cell < c.Cells; cell++)
        {
            float[] column = [.. c.Column(cell).Select(t => t.Coefficient)];
            var statistics = recall.Statistics(cell);
            Assert.Equal(column.Length, statistics.Count);
            Assert.Equal(column.Count(m => m > 0), statistics.Positive);
            Assert.Equal(column.Count(m => m < 0), statistics.Negative);
            if (column.Length == 0)
            {
                Assert.Equal(default, statistics);
                continue;
            }
            Assert.Equal(column.Max(), statistics.Max);
            Assert.Equal(column.Min(), statistics.Min);

            double sum = ToDouble(Sum(column)), squares = ToDouble(Sum(column, squared: true));
            double magnitudes = ToDouble(Sum([.. column.Select(Math.Abs)]));
            // Within a sentence of n terms float64 loses at most (n−1)·2⁻⁵³ of the sum of magnitudes; entering the
            // fixed point loses 2⁻⁷¹ a sentence, and reading it two roundings.
            double relative = 115 * Math.ScaleB(1, -53), absolute = c.Sentences.Length * Math.ScaleB(1, -70);
            Assert.Equal(sum, statistics.Sum.ToDouble(), relative * magnitudes + absolute);
            Assert.Equal(squares, statistics.SumOfSquares.ToDouble(), relative * squares + absolute);

            int n = column.Length;
            double mean = sum / n, variance = squares / n - mean * mean;
            Assert.Equal(mean, statistics.Mean, (relative * magnitudes + absolute) / n);
            Assert.Equal(variance, statistics.Variance, 4 * relative * squares / n + 4 * absolute);
            Assert.Equal(column.Count(m => m > 0) / (double)n, statistics.FiringRate(Pole.Positive));
            Assert.Equal(column.Count(m => m < 0) / (double)n, statistics.FiringRate(Pole.Negative));
        }
    }, seed: Seed, iter: 60, threads: 1);

    [Fact]
    public void Histogram_counts_every_coefficient_in_the_bin_that_contains_it() => RecallCase.Gen.Sample(c =>
    {
        var recall = c.AnyHow();
        for (int cell = 0; cell < c.Cells; cell++)
        {
            long[] expected = new long[CoefficientBins.Count];
            foreach (var trigger in c.Column(cell)) expected[BinContaining(trigger.Coefficient)]++;
            Assert.Equal(expected, recall.Histogram(cell));
        }
    }, seed: Seed, iter: 60, threads: 1);

    [Fact]
    public void Bins_change_at_the_powers_of_two()
    {
        for (int e = -140; e < 30; e++)
        {
            float power = MathF.ScaleB(1, e);
            foreach (float m in new[] { power, MathF.BitDecrement(power), MathF.BitIncrement(power) })
            {
                Assert.Equal(BinContaining(m), CoefficientBins.Of(m));
                Assert.Equal(BinContaining(-m), CoefficientBins.Of(-m));
                var recall = new LayerRecall(3, 1, signed: false);
                recall.Observe([0, m, -m], [new(0, 0, 1)]);
                Assert.Equal(1, recall.Histogram(1)[BinContaining(m)]);
                Assert.Equal(1, recall.Histogram(2)[BinContaining(-m)]);
            }
        }
        Assert.Equal(CoefficientBins.Zero, CoefficientBins.Of(-0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => CoefficientBins.Magnitudes(CoefficientBins.Count));
    }

    [Fact]
    public void Negative_zero_leaves_no_trace()
    {
        var recall = new LayerRecall(1, 1, signed: true);
        recall.Observe([-0f, -0f], [new(0, 0, 2)]);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(recall.Statistics(0).Max));
        Assert.Equal(0, BitConverter.SingleToInt32Bits(recall.Statistics(0).Min));
        Assert.Empty(recall.Triggers(0, Pole.Negative));
    }

    [Fact]
    public void More_sentences_in_a_call_than_fit_between_two_carries()
    {
        const int sentences = 3 * CellBlock.TermsBetweenCarries + 5;
        float[] rows = [.. Enumerable.Range(0, sentences).Select(i => (i % 2 == 0 ? -1 : 1) * (0.1f + i))];
        var recall = new LayerRecall(1, 5, signed: true);
        recall.Observe(rows, [.. Enumerable.Range(0, sentences).Select(i => new SentenceRows(i, i, 1))]);
        Assert.Equal(
            rows.Aggregate(default(ExactSum), (sum, m) => sum + ExactSum.FromDouble(m)), recall.Statistics(0).Sum);
        Assert.Equal(rows.Aggregate(default(ExactSum), (sum, m) => sum + ExactSum.FromDouble((double)m * m)),
            recall.Statistics(0).SumOfSquares);
    }

    [Fact]
    public void Counts_outgrow_32_bits()
    {
        const long many = uint.MaxValue - 1L;
        var recall = Zeros(many);
        recall.Observe(new float[4], [new(0, 0, 4)]);
        Assert.Equal(many + 4, recall.Statistics(0).Count);
        recall.Merge(Zeros(many));
        recall.Merge(Zeros(1L << 40));
        Assert.Equal(2 * many + 4 + (1L << 40), recall.Prefixes);
        Assert.Equal(recall.Prefixes, recall.Histogram(0)[CoefficientBins.Zero]);
        Assert.Equal(recall.Prefixes, LayerRecall.Load(new MemoryStream(RecallCase.Bytes(recall))).Statistics(0).Count);

        static LayerRecall Zeros(long prefixes)
        {
            long[] histogram = new long[CoefficientBins.Count];
            histogram[CoefficientBins.Zero] = prefixes;
            return LayerRecall.FromRecords(1, 1, signed: false,
                [new CellRecord(new CellStatistics { Count = prefixes }, histogram, [], [])]);
        }
    }

    private static int BinContaining(float coefficient)
    {
        if (coefficient == 0) return CoefficientBins.Zero;
        var bins = Enumerable.Range(0, CoefficientBins.Count).Where(b => coefficient > 0 == b > CoefficientBins.Zero
            && b != CoefficientBins.Zero);
        return bins.Single(b => CoefficientBins.Magnitudes(b) is var (lower, upper)
            && Math.Abs((double)coefficient) >= lower && Math.Abs((double)coefficient) < upper);
    }

    private static BigInteger Sum(float[] column, bool squared = false)
    {
        var sum = BigInteger.Zero;
        foreach (float m in column)
        {
            var exact = Exact(m);
            sum += squared ? exact * exact >> FractionBits : exact;
        }
        return sum;
    }

    private static BigInteger Exact(float m) => new BigInteger(Math.ScaleB(m, 149)) << (FractionBits - 149);

    private static double ToDouble(BigInteger sum)
    {
        int shift = (int)Math.Max(0, BigInteger.Abs(sum).GetBitLength() - 64);
        return Math.ScaleB((double)(sum >> shift), shift - FractionBits);
    }
}
