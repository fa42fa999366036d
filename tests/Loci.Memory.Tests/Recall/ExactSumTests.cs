using System.Numerics;
using CsCheck;
using Loci.Memory.Recall;

namespace Loci.Memory.Tests.Recall;

public class ExactSumTests
{
    private const string Seed = "0N0XIzNsQ0O2";

    /// <summary>Doubles of every scale that fits, in units of 2⁻⁷⁰ up to halves of it, so that ties occur.</summary>
    private static readonly Gen<double> s_term = Gen.Select(Gen.Double[-1, 1], Gen.Int[-72, 80], Gen.Bool,
        (x, e, coarse) => Math.ScaleB(coarse ? Math.Round(x * 8) / 8 : x, e));

    [Fact]
    public void Is_integer_addition_of_terms_rounded_to_even() => s_term.Array[0, 30].Sample(terms =>
    {
        var expected = BigInteger.Zero;
        foreach (double term in terms) expected += Units(term);
        Assert.Equal(expected, Value(terms.Aggregate(default(ExactSum), (sum, t) => sum + ExactSum.FromDouble(t))));
    }, seed: Seed, iter: 5000, threads: 1);

    [Fact]
    public void Any_order_and_grouping_gives_equal_limbs() =>
        Gen.Select(s_term.Array[1, 20], Gen.Int).Sample((terms, seed) =>
    {
        var random = new Random(seed);
        var parts = terms.Select(ExactSum.FromDouble).ToList();
        while (parts.Count > 1)
        {
            int at = random.Next(parts.Count);
            var part = parts[at];
            parts.RemoveAt(at);
            at = random.Next(parts.Count);
            parts[at] = random.Next(2) == 0 ? parts[at] + part : part + parts[at];
        }
        Assert.Equal(terms.Aggregate(default(ExactSum), (sum, t) => sum + ExactSum.FromDouble(t)), parts[0]);
    }, seed: Seed, iter: 5000, threads: 1);

    [Fact]
    public void Reads_back_as_the_nearest_double_or_its_neighbour() => s_term.Array[1, 10].Sample(terms =>
    {
        var sum = terms.Aggregate(default(ExactSum), (total, t) => total + ExactSum.FromDouble(t));
        double exact = Math.ScaleB((double)Value(sum), -70);
        Assert.Equal(exact, sum.ToDouble(), Math.Abs(exact) * Math.ScaleB(1, -51)); // two roundings, and the oracle's
        Assert.Equal(Value(sum).Sign, sum.Sign);

        byte[] bytes = new byte[ExactSum.Bytes];
        sum.Write(bytes);
        Assert.Equal(sum, ExactSum.Read(bytes));
    }, seed: Seed, iter: 5000, threads: 1);

    [Theory]
    [InlineData(double.NaN), InlineData(double.NegativeInfinity), InlineData(2.5e24), InlineData(-2.5e24)]
    public void Terms_out_of_range_are_refused(double term) =>
        Assert.Throws<OverflowException>(() => ExactSum.FromDouble(term));

    [Fact]
    public void Sums_out_of_range_are_refused()
    {
        var sum = ExactSum.FromDouble(Math.ScaleB(1, 80));
        for (int i = 80; i < 92; i++) sum += sum;
        Assert.Equal(Math.ScaleB(1, 92), sum.ToDouble());
        Assert.Throws<OverflowException>(() => sum + sum);
        Assert.Throws<OverflowException>(() => sum + ExactSum.FromDouble(Math.ScaleB(1, 30)));
    }

    [Fact]
    public void Bytes_that_are_no_sum_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => ExactSum.Read(new byte[23]));
        for (int at = 0; at < 3; at++)
        {
            byte[] bytes = new byte[ExactSum.Bytes];
            bytes[8 * at + 7] = 0x7F;
            Assert.Throws<InvalidDataException>(() => ExactSum.Read(bytes));
        }
    }

    private static BigInteger Value(ExactSum sum) =>
        ((BigInteger)sum.High << 100) + ((BigInteger)sum.Middle << 50) + sum.Low;

    /// <summary>The term in units of 2⁻⁷⁰, half units to even.</summary>
    private static BigInteger Units(double term)
    {
        var (units, rest) = BigInteger.DivRem(new BigInteger(Math.ScaleB(term, 70 + 60)), BigInteger.One << 60);
        // Below 2⁻¹³⁰ nothing is left, and terms have 53 bits: the rest of a term of a unit or more is exact.
        var half = BigInteger.One << 59;
        if (BigInteger.Abs(rest) > half || (BigInteger.Abs(rest) == half && !units.IsEven)) units += rest.Sign;
        return units;
    }
}
