using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using static Loci.Memory.Tests.FastWeights.FastWeightMemoryTests;

namespace Loci.Memory.Tests.FastWeights;

public class IntrospectionTests
{
    [Fact]
    public void Set_reads_back_exactly_and_leaves_the_protected_keys_alone() => Gen.Select(
        Gen.Int[0, 1 << 20], Gen.Int[0, 9], Gen.OneOf(UpdateRule.Delta, UpdateRule.Sum, UpdateRule.NormalizedSum))
        .Sample(
        (seed, count, rule) =>
        {
            var random = new Random(seed);
            FastWeightMemory memory = Create(rule, new Dpfp(2), undo: 1);
            for (int i = 0; i < 20; i++) memory.Write(Vector(random, 12), Vector(random, 9));
            float[] keys = Vector(random, count * 12), key = Vector(random, 12), value = Vector(random, 9);
            float[] before = new float[count * 9], after = new float[count * 9], state = memory.State.ToArray();
            memory.ReadBatch(keys, before);
            memory.Set(key, value, keys);
            memory.ReadBatch(keys, after);
            Assert.True(Near(value, Read(memory, key)) < 1e-4);
            if (count > 0) Assert.True(Near(before, after) < 1e-4);
            Assert.True(memory.Undo());
            Assert.Equal(state, memory.State.ToArray());
        }, seed: "0000KDl1_2z4", iter: 60);

    [Fact]
    public void Set_refuses_a_key_that_follows_from_the_protected_ones()
    {
        var memory = new FastWeightMemory(new(3, 1));
        memory.Set([1, 0, 0], [5], [0, 1, 0]);
        Assert.Equal([5f], Read(memory, [1, 0, 0]));
        Assert.Throws<InvalidOperationException>(() => memory.Set([1, 1, 0], [1], [1, 0, 0, 0, 1, 0]));
        Assert.Throws<InvalidOperationException>(() => memory.Set([0, 0, 0], [1], []));
    }

    [Fact]
    public void The_spectrum_of_known_matrices_is_known()
    {
        var memory = new FastWeightMemory(new(3, 4));
        memory.Write([1, 0, 0], [0, 3, 0, 0]);
        memory.Write([0, 1, 0], [0, 0, 0, -2]);
        double[] spectrum = memory.Spectrum();
        Assert.Equal([3, 2, 0], spectrum);
        Assert.Equal(Math.Exp(-(0.6 * Math.Log(0.6) + 0.4 * Math.Log(0.4))), memory.MeasureCapacity().Used, 1e-12);

        // Of any matrix: the squares sum to ‖W‖², and the 4th powers to ‖WᵀW‖².
        var random = new Random(4);
        float[] w = Vector(random, 20 * 13);
        double[] values = SingularValues.Of(w, 20, 13);
        double[] gram = [.. from i in Enumerable.Range(0, 13) from j in Enumerable.Range(0, 13)
                            select Enumerable.Range(0, 20).Sum(r => (double)w[r * 13 + i] * w[r * 13 + j])];
        Assert.Equal(13, values.Length);
        Assert.Equal(w.Sum(x => (double)x * x), values.Sum(s => s * s), 1e-9);
        Assert.Equal(gram.Sum(x => x * x), values.Sum(s => s * s * s * s), 1e-6);
        Assert.Equal(
            values, SingularValues.Of(Enumerable.Range(0, 260).Select(i => w[i % 20 * 13 + i / 20]).ToArray(), 13, 20),
            Close);
    }

    [Fact]
    public void Capacity_counts_the_directions_of_the_keys()
    {
        var memory = new FastWeightMemory(new(8, 8));
        float[] keys = new float[24];
        keys[0] = keys[9] = keys[18] = 2; // e0, e1, e2
        Assert.Equal(3, memory.MeasureCapacity(keys).Used, 1e-9);
        Assert.Equal(5, memory.MeasureCapacity(keys).Left, 1e-9);
        Assert.Equal(8, memory.MeasureCapacity([]).Left);
        Assert.Equal(0, memory.MeasureCapacity().Used);
        Assert.Equal(0, memory.Interference([1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0]));
        Assert.Equal(-1, memory.Interference([1, 0, 0, 0, 0, 0, 0, 0], [-3, 0, 0, 0, 0, 0, 0, 0]), 1e-7);
    }

    [Fact]
    public void Retrieval_breaks_down_past_the_capacity_and_not_before()
    {
        var random = new Random(9);
        var memory = new FastWeightMemory(new(32, 16));
        float[] keys = Vector(random, 128 * 32), values = Vector(random, 128 * 16);
        memory.WriteBatch(keys.AsSpan(0, 4 * 32), values.AsSpan(0, 4 * 16));
        Assert.All(memory.Retrieve(keys.AsSpan(0, 4 * 32), values.AsSpan(0, 4 * 16)),
            r => Assert.True(r.IsNearest && r.Error < 0.7));
        WriteForecast early = memory.ForecastRandom(keys.AsSpan(0, 4 * 32));
        memory.WriteBatch(keys, values);
        Retrieval[] full = memory.Retrieve(keys, values);
        Assert.True(full.Take(64).Average(r => r.Error) > 0.8);
        Assert.True(full[^1].Error < 1e-5 && full[^1].IsNearest);
        WriteForecast late = memory.ForecastRandom(keys);
        Assert.True(late.Own < 1e-5 && early.Own < 1e-5);
        Assert.True(late.Collateral > early.Collateral);
    }

    [Fact]
    public void A_forecast_is_what_then_happens()
    {
        var random = new Random(10);
        FastWeightMemory memory = Create(UpdateRule.Sum);
        float[] key = Vector(random, 12), value = Vector(random, 9), other = Vector(random, 12);
        memory.Write(other, value);
        float[] before = Read(memory, other);
        WriteForecast forecast = memory.Forecast(key, value, other);
        Assert.Equal(before, Read(memory, other));
        memory.Write(key, value);
        // The sum rule moves the other read by the interference times the value.
        Assert.Equal(Math.Abs(memory.Interference(key, other)), forecast.Collateral, 1e-5);
        Assert.Equal(memory.Retrieve(key, value)[0].Error, forecast.Own, 1e-6);
    }

    [Theory]
    [InlineData(1e-3f), InlineData(30)]
    public void A_forecast_is_in_lengths_of_the_value(float length)
    {
        var random = new Random(11);
        FastWeightMemory memory = Create(UpdateRule.Sum);
        float[] key = Vector(random, 12), value = Vector(random, 9), other = Vector(random, 12);
        var unit = memory.Forecast(key, value, other);
        var scaled = memory.Forecast(key, [.. value.Select(x => x * length)], other);
        Assert.Equal(unit.Collateral, scaled.Collateral, 1e-5);
        Assert.Equal(unit.Own, scaled.Own, 1e-5);
    }

    [Fact]
    public void A_random_forecast_is_the_root_mean_square_over_draws()
    {
        // By the sum rule another unit key's read moves by cos·v: of random keys √(1/d) of the value's length on
        // average.
        const int Draws = 500;
        var memory = new FastWeightMemory(new(12, 9) { Rule = UpdateRule.Sum });
        WriteForecast forecast = memory.ForecastRandom(Vector(new Random(12), 12), valueNorm: 3, draws: Draws);
        Assert.Equal(0, forecast.Own, 1e-6);
        Assert.Equal(1 / Math.Sqrt(12), forecast.Collateral, 0.1 / Math.Sqrt(12)); // five standard errors of 500 draws
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-9;
}
