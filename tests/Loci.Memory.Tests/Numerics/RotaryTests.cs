using CsCheck;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

public class RotaryTests
{
    [Fact]
    public void Turns_pairs_by_position_times_frequency() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[1, 3], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 4000]).Sample(
            (pairs, heads, beyond, interleaved, first) =>
            {
                int size = 2 * pairs + beyond + 1, stride = heads * size + 3;
                int[] positions = [first, first + 1, 0, first];
                double[] frequencies = Rotary.Frequencies(10_000, 2 * pairs);
                var rotary = new Rotary(
                    frequencies, interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves, 4096, 1.25);
                float[] rows = Bits.Numbers(positions.Length * stride, 1), turned = [.. rows];
                rotary.Apply(turned, stride, heads, size, positions);
                float[] expected = [.. rows];
                for (int t = 0; t < positions.Length; t++)
                    for (int h = 0; h < heads; h++)
                        for (int i = 0; i < pairs; i++)
                        {
                            int at = t * stride + h * size;
                            int a = at + (interleaved ? 2 * i : i), b = at + (interleaved ? 2 * i + 1 : pairs + i);
                            double angle = positions[t] * frequencies[i];
                            float cos = (float)(1.25 * Math.Cos(angle)), sin = (float)(1.25 * Math.Sin(angle));
                            expected[a] = MathF.FusedMultiplyAdd(rows[a], cos, -(rows[b] * sin));
                            expected[b] = MathF.FusedMultiplyAdd(rows[b], cos, rows[a] * sin);
                        }
                // The C library's cosine may round differently in one of 2²⁹ cases, hence not bit for bit.
                for (int i = 0; i < rows.Length; i++) Assert.Equal(expected[i], turned[i], 2e-7f);
            }, iter: 300);

    [Fact]
    public void A_row_turns_alike_alone_and_anywhere() =>
        Gen.Select(Gen.Int[1, 20], Gen.Bool, Gen.Int[0, 9], Gen.Int[0, 300].Array[1, 9])
            .Sample((pairs, interleaved, offset, positions) =>
        {
            RotaryPairs kind = interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves;
            double[] frequencies = Rotary.Frequencies(500, 2 * pairs);
            var shared = new Rotary(frequencies, kind, 512);
            float[] rows = Bits.Numbers(positions.Length * 2 * pairs, 2);
            Span<float> together = Bits.At(offset, rows);
            shared.Apply(together, 2 * pairs, 1, 2 * pairs, positions);
            for (int t = 0; t < positions.Length; t++)
            {
                float[] alone = rows.AsSpan(t * 2 * pairs, 2 * pairs).ToArray();
                new Rotary(frequencies, kind, 512).Apply(alone, 2 * pairs, 1, 2 * pairs, [positions[t]]);
                Bits.Same(alone, together.Slice(t * 2 * pairs, 2 * pairs));
            }
        }, iter: 200);

    [Fact]
    public void The_two_pairings_are_one_permutation_apart()
    {
        const int Pairs = 19;
        double[] frequencies = Rotary.Frequencies(10_000, 2 * Pairs);
        float[] halves = Bits.Numbers(2 * Pairs, 3), interleaved = new float[2 * Pairs];
        for (int i = 0; i < Pairs; i++) (interleaved[2 * i], interleaved[2 * i + 1]) = (halves[i], halves[Pairs + i]);
        new Rotary(frequencies, RotaryPairs.Halves, 99).Apply(halves, 2 * Pairs, 1, 2 * Pairs, [98]);
        new Rotary(frequencies, RotaryPairs.Interleaved, 99).Apply(interleaved, 2 * Pairs, 1, 2 * Pairs, [98]);
        float[] back = new float[2 * Pairs];
        for (int i = 0; i < Pairs; i++) (back[i], back[Pairs + i]) = (interleaved[2 * i], interleaved[2 * i + 1]);
        Bits.Same(halves, back);
    }

    [Theory, InlineData(10_000.0, 64), InlineData(500_000.0, 128), InlineData(1.0, 8)]
    public void Frequencies_are_powers_of_the_base(double @base, int dimension)
    {
        double[] frequencies = Rotary.Frequencies(@base, dimension);
        for (int i = 0; i < dimension / 2; i++)
        {
            double expected = Math.Pow(@base, -2.0 * i / dimension);
            Assert.Equal(expected, frequencies[i], 1e-14 * expected);
        }
    }

    [Fact]
    public void Threads_may_share_a_growing_table()
    {
        var rotary = new Rotary(Rotary.Frequencies(10_000, 16), RotaryPairs.Halves, 3000);
        float[] row = Bits.Numbers(16, 4);
        float[][] results = new float[3000][];
        Parallel.For(0, 3000, p => rotary.Apply(results[p] = [.. row], 16, 1, 16, [p]));
        for (int p = 0; p < 3000; p += 13)
        {
            float[] alone = [.. row];
            rotary.Apply(alone, 16, 1, 16, [p]);
            Bits.Same(alone, results[p]);
        }
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        var rotary = new Rotary(Rotary.Frequencies(10_000, 8), RotaryPairs.Halves, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => rotary.Apply(new float[8], 8, 1, 8, [10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => rotary.Apply(new float[8], 8, 1, 8, [-1]));
        Assert.Throws<ArgumentException>(() => rotary.Apply(new float[7], 8, 1, 8, [1]));
        Assert.Throws<ArgumentException>(() => rotary.Apply(new float[16], 7, 1, 8, [1]));
        Assert.Throws<ArgumentException>(() => rotary.Apply(new float[16], 8, 1, 6, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rotary.Frequencies(10_000, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rotary.Frequencies(0.5, 8));
        Assert.Throws<ArgumentException>(() => new Rotary([double.NaN], RotaryPairs.Halves, 10));
        Assert.Throws<ArgumentException>(() => new Rotary(new double[64], RotaryPairs.Halves, int.MaxValue));
    }
}
