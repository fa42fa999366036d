using Loci.Memory.Attention;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>How the keys of an interference study lie to each other.</summary>
public enum KeyDirections
{
    /// <summary>Independent standard normal vectors.</summary>
    Random,

    /// <summary>Normal vectors that share a common part: their cosines are about 0.5.</summary>
    Correlated,

    /// <summary>Orthogonal while there are directions left, then again from the first on with new ones.</summary>
    Orthogonal,
}

/// <summary>One point: the retrieval error of all keys after N writes.</summary>
/// <param name="Count">N.</param>
/// <param name="Error">RMS of ‖read − value‖/‖value‖ over the N pairs; 1 is what knowing nothing gives.</param>
/// <param name="Nearest">Share of the reads whose nearest value is the right one.</param>
public readonly record struct InterferencePoint(int Count, double Error, double Nearest);

/// <summary>
/// The capacity law from first principles, without training: N pairs with random values are written into a memory, then all
/// N keys are read back.
/// </summary>
public static class InterferenceCurve
{
    private const float SoftmaxSharpness = 4; // length of keys and queries under softmax, which with unit ones hardly chooses
    private const double CommonPart = 1; // of correlated keys, beside a part of length 1 of their own: cosine 1/2

    /// <summary>Writes N pairs into an empty memory and reads them, for every N asked.</summary>
    /// <param name="options">Sizes, map, rule, normalisation.</param>
    /// <param name="keys">How the keys lie.</param>
    /// <param name="counts">The Ns, each at least 1.</param>
    /// <param name="seed">Seed of keys and values.</param>
    public static InterferencePoint[] Measure(FastWeightOptions options, KeyDirections keys, ReadOnlySpan<int> counts, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(options);
        var points = new InterferencePoint[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            int count = counts[i], size = options.KeySize, width = options.ValueSize;
            var (k, v) = Draw(keys, count, size, width, seed);
            var memory = new FastWeightMemory(options);
            // A rule that forgets by strength would keep the last pair alone with strength 1.
            float strength = options.Rule.Forgetting == Forgetting.ByStrength ? 1f / Math.Max(2, count) : 1;
            for (int t = 0; t < count; t++)
                memory.Write(k.AsSpan(t * size, size), v.AsSpan(t * width, width), strength);
            points[i] = ReadBack(memory, k, v);
        }
        return points;
    }

    /// <summary>The same of softmax attention, with keys and queries of length 4: with unit ones it hardly chooses.</summary>
    /// <param name="size">Length of keys and values.</param>
    /// <param name="keys">How the keys lie.</param>
    /// <param name="counts">The Ns, each at least 1.</param>
    /// <param name="seed">Seed of keys and values.</param>
    public static InterferencePoint[] MeasureSoftmax(int size, KeyDirections keys, ReadOnlySpan<int> counts, int seed = 1)
    {
        var points = new InterferencePoint[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            var (k, v) = Draw(keys, counts[i], size, size, seed);
            foreach (ref float x in k.AsSpan()) x *= SoftmaxSharpness;
            var memory = new SoftmaxMemory(size, size);
            for (int t = 0; t < counts[i]; t++) memory.Write(k.AsSpan(t * size, size), v.AsSpan(t * size, size));
            points[i] = ReadBack(memory, k, v);
        }
        return points;
    }

    private static (float[] Keys, float[] Values) Draw(KeyDirections keys, int count, int keySize, int valueSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new Random(seed);
        return (DrawKeys(keys, count, keySize, random), Normal(count, valueSize, random));
    }

    private static InterferencePoint ReadBack(IAssociativeMemory memory, float[] keys, float[] values)
    {
        Retrieval[] found = Retrieval.Of(memory, keys, values);
        return new(
            found.Length, Math.Sqrt(found.Average(pair => pair.Error * pair.Error)),
            found.Count(pair => pair.IsNearest) / (double)found.Length);
    }

    private static float[] DrawKeys(KeyDirections directions, int count, int size, Random random)
    {
        if (directions == KeyDirections.Orthogonal)
        {
            // Rows are orthogonal in blocks of `size`.
            return Unit([.. OrthogonalRows.Draw(count, size, random).Select(x => (float)x)], size);
        }
        float[] keys = Unit(Normal(count, size, random), size);
        if (directions == KeyDirections.Random) return keys;
        float[] common = Unit(Normal(1, size, random), size);
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
