using Loci.Memory.Attention;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>How the keys of an interference study lie to each other. All have length 1.</summary>
public enum KeyDirections
{
    /// <summary>Independent, every direction equally likely: normal vectors brought to length 1.</summary>
    Random,

    /// <summary>Random ones that share a common part: their cosines are about 0.5.</summary>
    Correlated,

    /// <summary>Orthogonal while there are directions left, then again from the first on with new ones.</summary>
    Orthogonal,
}

/// <summary>One point: the retrieval error of all keys after N writes.</summary>
/// <param name="Count">N.</param>
/// <param name="Error">RMS of ‖read − value‖/‖value‖ over the N pairs; 1 is what knowing nothing gives. Its mean over
/// the draws.</param>
/// <param name="Nearest">Share of the reads whose nearest value is the right one. Its mean over the draws.</param>
public readonly record struct InterferencePoint(int Count, Interval Error, Interval Nearest);

/// <summary>What an interference study is measured on.</summary>
/// <param name="Size">Length of keys and values.</param>
/// <param name="Keys">How the keys lie.</param>
public sealed record InterferenceSetting(int Size, KeyDirections Keys)
{
    /// <summary>Independent draws of keys, values and random features. Intervals are over them.</summary>
    public int Draws { get; init; } = 10;

    /// <summary>α of each write, for the rules to which a gate is given.</summary>
    public float Gate { get; init; } = 0.99f;

    /// <summary>Decides all draws.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>
/// The capacity law from first principles, without training: N pairs with random values, normally distributed, are
/// written into a memory, then all N keys are read back. Keys, values and random features come from streams of their
/// own.
/// </summary>
public static class InterferenceCurve
{
    // length of keys and queries under softmax: with unit ones it hardly chooses
    private const float SoftmaxSharpness = 4;
    private const double CommonPart = 1; // of correlated keys, beside a part of length 1 of their own: cosine 1/2

    /// <summary>The Ns worth asking, as shares of d_dot: dense around 1, where the law changes.</summary>
    public static IReadOnlyList<double> Loads { get; } =
        [1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 5 / 8.0, 3 / 4.0, 7 / 8.0, 15 / 16.0, 1, 17 / 16.0, 9 / 8.0, 5 / 4.0,
            3 / 2.0, 2, 4];

    /// <summary>Writes N pairs into an empty memory and reads them, for every N asked.</summary>
    /// <param name="options">Makes the memory of a draw, given the seed of its random features.</param>
    /// <param name="setting">What is written.</param>
    /// <param name="counts">The Ns, from 1 on, ascending.</param>
    /// <exception cref="ArgumentException">Ns that do not ascend, or a memory of other sizes than the
    /// setting's.</exception>
    public static InterferencePoint[] Measure(
        Func<int, FastWeightOptions> options, InterferenceSetting setting, IReadOnlyList<int> counts) =>
        Measure(setting, counts, sharpness: 1, draw =>
        {
            FastWeightOptions own = options(RandomStream.Seed(setting.Seed, "interference features", draw));
            UpdateRule rule = own.Rule;
            float gate = rule.Forgetting == Forgetting.Given ? setting.Gate : 1;
            // A rule that forgets by strength would keep the last pair alone with strength 1.
            bool fades = rule.Forgetting == Forgetting.ByStrength;
            return new(
                () => new FastWeightMemory(own),
                (memory, k, v, n) => ((FastWeightMemory)memory).Write(k, v, fades ? 1f / Math.Max(2, n) : 1, gate),
                Anew: fades);
        });

    /// <summary>The same of softmax attention, with keys and queries of length 4: with unit ones it hardly
    /// chooses.</summary>
    /// <param name="setting">What is written.</param>
    /// <param name="counts">The Ns, from 1 on, ascending.</param>
    public static InterferencePoint[] MeasureSoftmax(InterferenceSetting setting, IReadOnlyList<int> counts) =>
        Measure(setting, counts, SoftmaxSharpness, _ => new(
            () => new SoftmaxMemory(setting.Size, setting.Size), (memory, k, v, _) => memory.Write(k, v), false));

    /// <summary>Writes one of N pairs.</summary>
    private delegate void PairWrite(IAssociativeMemory memory, ReadOnlySpan<float> key, ReadOnlySpan<float> value,
        int count);

    /// <param name="Create">An empty memory.</param>
    /// <param name="Write">Writes a pair to it.</param>
    /// <param name="Anew">True where a memory of N pairs is not the beginning of one of more.</param>
    private sealed record Subject(Func<IAssociativeMemory> Create, PairWrite Write, bool Anew);

    private static InterferencePoint[] Measure(
        InterferenceSetting setting, IReadOnlyList<int> counts, float sharpness, Func<int, Subject> subject)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentOutOfRangeException.ThrowIfLessThan(setting.Draws, 1);
        for (int i = 0; i < counts.Count; i++)
            if (counts[i] <= (i == 0 ? 0 : counts[i - 1]))
                throw new ArgumentException($"{counts[i]} pairs, not more than before", nameof(counts));
        var drawn = new (double Error, double Nearest)[setting.Draws][];
        Parallel.For(
            0, setting.Draws, draw => drawn[draw] = MeasureDraw(setting, counts, sharpness, subject(draw), draw));
        return [.. counts.Select((count, i) => new InterferencePoint(
            count,
            Interval.Of([.. drawn.Select(points => points[i].Error)]),
            Interval.Of([.. drawn.Select(points => points[i].Nearest)])))];
    }

    private static (double Error, double Nearest)[] MeasureDraw(
        InterferenceSetting setting, IReadOnlyList<int> counts, float sharpness, Subject subject, int draw)
    {
        int size = setting.Size, written = 0;
        float[] k = DrawKeys(setting, counts[^1], draw);                                  // [N, size]
        float[] v = Normal(counts[^1], size, RandomStream.Of(setting.Seed, "interference values", draw));
        foreach (ref float x in k.AsSpan()) x *= sharpness;
        var points = new (double, double)[counts.Count];
        IAssociativeMemory memory = subject.Create();
        for (int i = 0; i < counts.Count; i++)
        {
            if (subject.Anew) (memory, written) = (subject.Create(), 0);
            for (; written < counts[i]; written++)
                subject.Write(memory, k.AsSpan(written * size, size), v.AsSpan(written * size, size), counts[i]);
            Retrieval[] found = Retrieval.Of(memory, k.AsSpan(0, written * size), v.AsSpan(0, written * size));
            points[i] = (
                Math.Sqrt(found.Average(pair => pair.Error * pair.Error)),
                found.Count(pair => pair.IsNearest) / (double)written);
        }
        return points;
    }

    private static float[] DrawKeys(InterferenceSetting setting, int count, int draw)
    {
        int size = setting.Size;
        Random random = RandomStream.Of(setting.Seed, "interference keys", draw);
        if (setting.Keys == KeyDirections.Orthogonal)
        {
            // Rows are orthogonal in blocks of `size`.
            return Unit([.. OrthogonalRows.Draw(count, size, random).Select(x => (float)x)], size);
        }
        float[] keys = Unit(Normal(count, size, random), size);
        if (setting.Keys == KeyDirections.Random) return keys;
        float[] common = Unit(Normal(1, size, RandomStream.Of(setting.Seed, "interference common part", draw)), size);
        for (int i = 0; i < keys.Length; i++) keys[i] += (float)CommonPart * common[i % size];
        return Unit(keys, size);
    }

    private static float[] Normal(int count, int size, Random random)
    {
        double[] numbers = new double[checked(count * size)];
        OrthogonalRows.Fill(numbers, random);
        return [.. numbers.Select(x => (float)x)];
    }

    private static float[] Unit(float[] rows, int size)
    {
        for (int at = 0; at < rows.Length; at += size)
        {
            Span<float> row = rows.AsSpan(at, size);
            double square = 0;
            foreach (float x in row) square += (double)x * x;
            float inverse = (float)(1 / Math.Sqrt(square));
            foreach (ref float x in row) x *= inverse;
        }
        return rows;
    }
}
