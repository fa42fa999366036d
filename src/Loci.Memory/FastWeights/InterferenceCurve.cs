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
            int count = counts[i];
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(counts));
            var random = new Random(seed);
            float[] k = DrawKeys(keys, count, options.KeySize, random), v = Normal(count, options.ValueSize, random);
            if (options.Rule == UpdateRule.Softmax)
                foreach (ref float x in k.AsSpan()) x *= SoftmaxSharpness;
            var memory = new FastWeightMemory(options);
            // The gated rule of strength 1 would keep the last pair alone.
            float strength = options.Rule == UpdateRule.Gated ? 1f / Math.Max(2, count) : 1;
            for (int t = 0; t < count; t++)
                memory.Write(k.AsSpan(t * options.KeySize, options.KeySize), v.AsSpan(t * options.ValueSize, options.ValueSize), strength);
            Retrieval[] found = memory.Retrieve(k, v);
            points[i] = new(
                count, Math.Sqrt(found.Average(pair => pair.Error * pair.Error)), found.Count(pair => pair.IsNearest) / (double)count);
        }
        return points;
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
