using CsCheck;
using Loci.Memory.FeedForward;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.FeedForward;

/// <summary>A feed-forward layer against its definition in float64, and the laws of its verbs.</summary>
public class FeedForwardMemoryTests
{
    // Sums of at most 40 products of numbers below 1 in float32, and one activation of relative error 5e-7.
    private const double Tolerance = 2e-5;

    // The read is float32 and the values are rounded to it once more.
    private const double WriteTolerance = 1e-4;

    [Fact]
    public void A_read_is_the_definition() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Bool, Gen.Bool).Sample((seed, gated, biased) =>
    {
        var (memory, keys, gate, values, keyBias, valueBias) = Random(seed, gated, biased);
        float[] x = Numbers(new Random(seed + 1), memory.KeySize), y = new float[memory.ValueSize];
        memory.Read(x, y);
        double[] expected = [.. valueBias.Length > 0 ? valueBias.Select(c => (double)c) : new double[memory.ValueSize]];
        for (int cell = 0; cell < memory.Capacity; cell++)
        {
            double up = Enumerable.Range(0, x.Length).Sum(i => (double)x[i] * keys[cell * x.Length + i]);
            double m = gated
                ? Math.Max(0, Enumerable.Range(0, x.Length).Sum(i => (double)x[i] * gate[cell * x.Length + i])) * up
                : Math.Max(0, up + (keyBias.Length > 0 ? keyBias[cell] : 0));
            for (int i = 0; i < expected.Length; i++) expected[i] += m * values[cell * expected.Length + i];
        }
        for (int i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], Tolerance);
    }, iter: 50);

    [Fact]
    public void What_was_written_is_read_and_the_old_memory_keeps_its_own() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Bool).Sample((seed, gated) =>
    {
        var memory = Random(seed, gated, biased: true).Memory;
        var random = new Random(seed + 7);
        float[] x = Numbers(random, memory.KeySize), v = Numbers(random, memory.ValueSize);
        float[] before = new float[v.Length], after = new float[v.Length], again = new float[v.Length],
            m = new float[memory.Capacity];
        memory.Address(x, 1, m, new float[memory.Capacity]);
        if (m.Sum(c => c * c) < 1e-3) return;                           // too little fires to hold a value in float32
        memory.Read(x, before);
        var written = memory.Write(x, v);
        written.Read(x, after);
        memory.Read(x, again);
        for (int i = 0; i < v.Length; i++) Assert.Equal(v[i], after[i], WriteTolerance);
        Assert.Equal(before, again);

        float[] half = new float[v.Length], zero = new float[v.Length];
        memory.Write(x, v, strength: 0.5f).Read(x, half);
        for (int i = 0; i < v.Length; i++) Assert.Equal((before[i] + v[i]) / 2, half[i], WriteTolerance);
        written.Erase(x).Read(x, zero);
        for (int i = 0; i < v.Length; i++) Assert.Equal(0, zero[i], WriteTolerance);
    }, iter: 60);

    /// <summary>A write moves another query's read along v − y alone, by the share of their coefficients.</summary>
    [Fact]
    public void Others_feel_a_write_by_the_likeness_of_their_coefficients() => Gen.Int[0, 1000].Sample(seed =>
    {
        var memory = Random(seed, gated: false, biased: true).Memory;
        var random = new Random(seed + 9);
        float[] x = Numbers(random, memory.KeySize), other = Numbers(random, memory.KeySize),
            v = Numbers(random, memory.ValueSize);
        float[] mx = new float[memory.Capacity], mo = new float[memory.Capacity];
        memory.Address(x, 1, mx);
        memory.Address(other, 1, mo);
        double square = mx.Sum(c => (double)c * c);
        if (square < 1e-3) return;
        double share = mx.Zip(mo, (a, b) => (double)a * b).Sum() / square;
        float[] y = new float[v.Length], before = new float[v.Length], after = new float[v.Length];
        memory.Read(x, y);
        memory.Read(other, before);
        memory.Write(x, v).Read(other, after);
        for (int i = 0; i < v.Length; i++)
            Assert.Equal(before[i] + share * (v[i] - y[i]), after[i], WriteTolerance * Math.Max(1, Math.Abs(share)));
    }, iter: 60);

    [Fact]
    public void A_cell_taken_out_adds_nothing_more()
    {
        var (memory, _, _, values, _, _) = Random(3, gated: false, biased: true);
        float[] x = Numbers(new Random(1), memory.KeySize), before = new float[memory.ValueSize],
            after = new float[memory.ValueSize];
        float[] m = new float[memory.Capacity];
        memory.Address(x, 1, m);
        int cell = Array.FindIndex(m, c => c > 0);
        memory.Read(x, before);
        memory.EraseCell(cell).Read(x, after);
        for (int i = 0; i < after.Length; i++)
            Assert.Equal(before[i] - m[cell] * values[cell * after.Length + i], after[i], Tolerance);
        float[] value = new float[memory.ValueSize];
        memory.CopyValue(cell, value);
        Assert.Equal(values[(cell * value.Length)..((cell + 1) * value.Length)], value);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var memory = Random(1, gated: false, biased: false).Memory;
        float[] zero = new float[memory.KeySize], v = new float[memory.ValueSize];
        Assert.Contains("nothing to write", Assert.Throws<ArgumentException>(() => memory.Write(zero, v)).Message);
        Assert.Throws<ArgumentException>(() => memory.Write([.. zero, 1], v));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Write(zero, v, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.EraseCell(memory.Capacity));
        Assert.Throws<InvalidOperationException>(() => memory.Content(zero, 1, new float[memory.Capacity]));
        var keys = PackedMatrix.Pack(new float[6], 2, 3, outputsFirst: true);
        Assert.Throws<ArgumentException>(() =>
            new FeedForwardMemory(keys, PackedMatrix.Pack(new float[4], 2, 2, outputsFirst: true), Activation.Relu));
        var fits = PackedMatrix.Pack(new float[6], 3, 2, outputsFirst: true);
        Assert.Throws<ArgumentException>(
            () => new FeedForwardMemory(keys, fits, Activation.Relu, keys, keyBias: [1, 2, 3]));
        // Three cells, two numbers of a value: a single bias would be one for all.
        Assert.Throws<ArgumentException>(() => new FeedForwardMemory(keys, fits, Activation.Relu, keyBias: [1]));
        Assert.Throws<ArgumentException>(() => new FeedForwardMemory(keys, fits, Activation.Relu, valueBias: [1]));
    }

    private static (FeedForwardMemory Memory, float[] Keys, float[] Gate, float[] Values, float[] KeyBias,
        float[] ValueBias) Random(
        int seed, bool gated, bool biased)
    {
        var random = new Random(seed);
        int width = random.Next(2, 20), cells = random.Next(4, 40), size = random.Next(1, 20);
        float[] keys = Numbers(random, cells * width), gate = Numbers(random, cells * width),
            values = Numbers(random, cells * size);
        float[] keyBias = biased && !gated
            ? Numbers(random, cells)
            : [], valueBias = biased
            ? Numbers(random, size)
            : [];
        return (
            new(
                PackedMatrix.Pack(keys, width, cells, outputsFirst: true),
                PackedMatrix.Pack(values, cells, size, outputsFirst: false), Activation.Relu,
                gated ? PackedMatrix.Pack(gate, width, cells, outputsFirst: true) : null, keyBias, valueBias),
            keys, gate, values, keyBias, valueBias);
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
