using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using static Loci.Memory.Tests.FastWeights.PlainRecurrence;

namespace Loci.Memory.Tests.FastWeights;

public class FastWeightMemoryTests
{
    private const int Keys = 12, Values = 9;

    public static TheoryData<string> Rules => [.. UpdateRule.All.Select(rule => rule.Name)];

    internal static FastWeightMemory Create(UpdateRule rule, FeatureMap? map = null, int undo = 0) =>
        new(new(Keys, Values)
    {
        Rule = rule, UndoDepth = undo,
        Map = map ?? FeatureMap.EluPlusOne,
    });

    internal static float[] Vector(Random random, int count) => To<float>(Normal(random, count));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Follows_its_equations(string name)
    {
        UpdateRule rule = UpdateRule.Named(name);
        foreach (FeatureMap map in new[] { FeatureMap.EluPlusOne, new Dpfp(3) })
        {
            var random = new Random(3);
            FastWeightMemory memory = Create(rule, map);
            int n = memory.FeatureCount;
            double[] w = new double[n * Values], z = new double[n];
            for (int t = 0; t < 30; t++)
            {
                float[] key = Vector(random, Keys), value = Vector(random, Values), query = Vector(random, Keys),
                    read = new float[Values];
                float beta = 0.1f + 0.8f * random.NextSingle();
                float alpha = rule == UpdateRule.GatedDelta ? 0.8f : 1;
                memory.Write(key, value, beta, alpha);
                Step(Features(map, key), [.. value.Select(x => (double)x)], beta, alpha);
                memory.Read(query, read);
                double[] expected = Look(Features(map, query));
                Assert.True(RelativeError<float>(read, expected) < 2e-5,
                    $"{rule} {map} {t} {RelativeError<float>(read, expected)}");
            }

            void Step(double[] k, double[] v, double beta, double alpha)
            {
                double along = k.Zip(z, (a, b) => a * b).Sum();
                bool corrects = name is "delta" or "gated_delta" or "norm_bounded" or "normalized_delta";
                double decay = rule == UpdateRule.Gated ? 1 - beta : alpha;
                for (int i = 0; i < w.Length; i++) w[i] *= decay;
                for (int j = 0; j < Values; j++)
                {
                    double old = 0;
                    for (int i = 0; i < n; i++) old += k[i] * w[i * Values + j];
                    if (rule == UpdateRule.NormalizedDelta) old = along > 0 ? old / along : 0;
                    for (int i = 0; i < n; i++) w[i * Values + j] += beta * (v[j] - (corrects ? old : 0)) * k[i];
                }
                for (int i = 0; i < n; i++) z[i] += (rule == UpdateRule.NormalizedSum ? beta : 1) * k[i];
                double norm = Math.Sqrt(w.Sum(x => x * x));
                if (rule == UpdateRule.NormBounded) w = [.. w.Select(x => x / Math.Max(1, norm))];
            }

            double[] Look(double[] q)
            {
                double[] o = new double[Values];
                for (int j = 0; j < Values; j++)
                    for (int i = 0; i < n; i++) o[j] += q[i] * w[i * Values + j];
                double asked = q.Zip(z, (a, b) => a * b).Sum();
                if (rule == UpdateRule.NormalizedSum) o = [.. o.Select(x => x / (asked + 1e-6))];
                if (rule == UpdateRule.NormalizedDelta) o = [.. o.Select(x => x / Math.Max(asked, 1e-6))];
                if (rule != UpdateRule.NormBounded) return o;
                double mean = o.Average(), variance = o.Average(x => (x - mean) * (x - mean));
                return [.. o.Select(x => (x - mean) / Math.Sqrt(variance + 1e-5))];
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Undo_gives_back_every_state_to_the_bit(string rule)
    {
        var random = new Random(5);
        FastWeightMemory memory = Create(UpdateRule.Named(rule), undo: 6);
        float[] probe = Vector(random, Keys), first = Vector(random, Keys);
        var reads = new Stack<float[]>();
        memory.Write(first, Vector(random, Values));
        memory.Write(Vector(random, Keys), Vector(random, Values));
        Action[] changes =
        [
            () => memory.Write(Vector(random, Keys), Vector(random, Values)), () => memory.Erase(first), memory.Clear,
            () => memory.Write(first, Vector(random, Values)), () => memory.Erase(Vector(random, Keys)),
        ];
        foreach (Action change in changes)
        {
            reads.Push(Read(memory, probe));
            change();
        }
        while (reads.TryPop(out float[]? before))
        {
            Assert.True(memory.Undo());
            Assert.Equal(before, Read(memory, probe));
        }
        while (memory.Undo()) { }
        Assert.False(memory.Undo());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Writing_and_reading_allocate_nothing(string rule)
    {
        var random = new Random(6);
        foreach (FeatureMap map in new FeatureMap[] { FeatureMap.EluPlusOne, new Dpfp(2), new Favor(Keys, 8, 1) })
        {
            FastWeightMemory memory = Create(UpdateRule.Named(rule), map, undo: 3);
            float[] keys = Vector(random, 8 * Keys), values = Vector(random, 8 * Values), read = new float[8 * Values];
            memory.WriteBatch(keys, values);
            memory.ReadBatch(keys, read);
            memory.Erase(keys.AsSpan(0, Keys));
            long before = GC.GetAllocatedBytesForCurrentThread();
            memory.Write(keys.AsSpan(0, Keys), values.AsSpan(0, Values));
            memory.ReadBatch(keys, read);
            memory.Erase(keys.AsSpan(0, Keys));
            memory.Undo();
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void A_write_of_strength_one_is_what_the_key_reads_and_orthogonal_keys_do_not_notice() =>
    Gen.Int[0, 1 << 20].Sample(seed =>
    {
        var random = new Random(seed);
        var memory = new FastWeightMemory(new(Keys, Values));
        // Orthogonal keys: the identity, rotated by reflections.
        double[] mirror = Normal(random, Keys);
        double square = mirror.Sum(x => x * x);
        float[][] keys = [.. Enumerable.Range(0, Keys).Select(i => To<float>([.. Enumerable.Range(0, Keys).Select(
            j => (i == j ? 1 : 0) - 2 * mirror[i] * mirror[j] / square)]))];
        float[][] values = [.. keys.Select(_ => Vector(random, Values))];
        for (int round = 0; round < 2; round++)
            for (int i = 0; i < Keys; i++) memory.Write(keys[i], values[i] = Vector(random, Values));
        for (int i = 0; i < Keys; i++) Assert.True(Near(values[i], Read(memory, keys[i])) < 1e-5);
        memory.Erase(keys[3]);
        for (int i = 0; i < Keys; i++)
            Assert.True(Near(i == 3 ? new float[Values] : values[i], Read(memory, keys[i])) < 1e-5);
    }, iter: 30);

    [Theory]
    [InlineData(0.1f), InlineData(1f), InlineData(7f)]
    public void Erasing_takes_off_all_that_a_key_retrieves_whatever_its_length(float length)
    {
        // Features that are not normalised: what is taken off has to be divided by their squared length.
        var random = new Random(11);
        var memory = new FastWeightMemory(new(Keys, Values)
        {
            Rule = UpdateRule.Sum, Map = FeatureMap.Identity, Normalization = Normalization.None,
        });
        float[] erased = new float[Keys], kept = new float[Keys], value = Vector(random, Values);
        (erased[2], erased[5], kept[7]) = (length, -2 * length, 1);
        memory.Write(erased, Vector(random, Values), 0.5f);
        memory.Write(kept, value);
        Assert.True(Near(new float[Values], Read(memory, erased)) > 1e-4);
        memory.Erase(erased);
        Assert.True(Near(new float[Values], Read(memory, erased)) < 1e-5 * length);
        Assert.Equal(value, Read(memory, kept));
        memory.Erase(new float[Keys]); // nothing is written under zero
        Assert.Equal(value, Read(memory, kept));
    }

    [Fact]
    public void Batches_are_single_calls_and_clones_are_independent()
    {
        var random = new Random(8);
        FastWeightMemory one = Create(UpdateRule.Delta), many = Create(UpdateRule.Delta);
        float[] keys = Vector(random, 5 * Keys), values = Vector(random, 5 * Values),
            strengths = [1, 0.5f, 0.25f, 0, 0.75f];
        many.WriteBatch(keys, values, strengths);
        for (int i = 0; i < 5; i++)
            one.Write(keys.AsSpan(i * Keys, Keys), values.AsSpan(i * Values, Values), strengths[i]);
        Assert.Equal(one.State.ToArray(), many.State.ToArray());
        FastWeightMemory fork = many.Clone();
        fork.Clear();
        Assert.Equal(one.State.ToArray(), many.State.ToArray());
        Assert.All(fork.State.ToArray(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void A_memory_of_given_contents_reads_as_the_one_they_come_from()
    {
        var random = new Random(12);
        FastWeightMemory memory = Create(UpdateRule.NormalizedSum, FeatureMap.EluPlusOne);
        for (int i = 0; i < 5; i++) memory.Write(Vector(random, Keys), Vector(random, Values));
        float[] query = Vector(random, Keys);
        Assert.Equal(
            Read(memory, query), Read(FastWeightMemory.Of(memory.Options, memory.State, memory.Normalizer), query));
    }

    [Fact]
    public void Unsound_combinations_are_refused_with_the_reason()
    {
        Refused("normalised", new(4, 4) { Map = FeatureMap.Relu, Normalization = Normalization.None });
        Refused("negative", new(4, 4) { Map = FeatureMap.Tanh, Normalization = Normalization.Sum });
        Refused("negative", new(4, 4) { Map = FeatureMap.Identity, Rule = UpdateRule.NormalizedSum });
        Refused("L2", new(4, 4) { Normalization = Normalization.Sum, Map = FeatureMap.Relu, NormalizationEpsilon = 1 });
        Refused("-1", new(4, 4) { NormalizationEpsilon = -1 });
        Refused("1 to 3", new(4, 4) { Map = new Dpfp(4) });
        Assert.NotEmpty(new FastWeightMemory(new(4, 4) { Normalization = Normalization.None }).Warnings);
        Assert.Empty(new FastWeightMemory(new(4, 4)).Warnings);

        var memory = new FastWeightMemory(new(2, 1) { Normalization = Normalization.None });
        memory.Write([1, 0.9f], [1]);
        var e = Assert.Throws<ArgumentException>(() => memory.Write([1, 1], [1]));
        Assert.Contains("from 2 on", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => memory.Write([float.NaN, 1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Write([1, 0], [1], gate: 0.5f));
        Assert.Throws<ArgumentException>(() => memory.Write([1], [1]));
        // Too short a place, and too long a one, of which a part would keep what was in it.
        Assert.Throws<ArgumentException>(() => memory.ReadBatch([1, 0, 0, 1], new float[3]));
        Assert.Throws<ArgumentException>(() => memory.ReadBatch([1, 0, 0], new float[1]));
        Assert.Throws<ArgumentException>(() => memory.Write([1, 0], [float.NaN]));
        Assert.Throws<ArgumentException>(() => memory.Set([1, 0], [float.PositiveInfinity], []));
        // A rule that keeps no normaliser takes none.
        Assert.Throws<ArgumentException>(() => FastWeightMemory.Of(memory.Options, new float[2], new float[2]));
        Assert.Throws<ArgumentException>(() => FastWeightMemory.Of(memory.Options, new float[3]));

        static void Refused(string reason, FastWeightOptions options) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new FastWeightMemory(options)).Message,
                StringComparison.Ordinal);
    }

    internal static float[] Read(FastWeightMemory memory, float[] key)
    {
        float[] read = new float[memory.Options.ValueSize];
        memory.Read(key, read);
        return read;
    }

    internal static double Near(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    private static double[] Features(FeatureMap map, float[] x)
    {
        double[] features = new double[map.Features(x.Length)];
        map.Apply<double>([.. x.Select(a => (double)a)], features);
        FeatureNormalization.Apply<double>(Normalization.L2, features);
        return features;
    }
}
