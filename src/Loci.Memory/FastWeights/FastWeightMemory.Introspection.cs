using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

// What a memory knows about itself. All of it costs far more than a read, and allocates.
public sealed unsafe partial class FastWeightMemory
{
    /// <summary>The singular values of W, descending: how strongly each direction of keys is in use.</summary>
    public double[] Spectrum()
    {
        return SingularValues.Of(_state, FeatureCount, Options.ValueSize);
    }

    /// <summary>How many directions of W are in use, from W alone: at most the value size, however many keys were
    /// written.</summary>
    public Capacity MeasureCapacity() => new(FeatureCount, SingularValues.EffectiveRank(Spectrum()));

    /// <summary>How many of the d_dot directions given keys take up.</summary>
    /// <param name="keys">[count, KeySize]</param>
    public Capacity MeasureCapacity(ReadOnlySpan<float> keys)
    {
        int count = CountOf(keys);
        float[] features = new float[checked(count * FeatureCount)];
        for (int i = 0; i < count; i++)
        {
            Map(Row(keys, i, Options.KeySize));
            _features.CopyTo(features, i * FeatureCount);
        }
        return new(FeatureCount, SingularValues.EffectiveRank(SingularValues.Of(features, count, FeatureCount)));
    }

    /// <summary>cos(φ(a), φ(b)): 1 for keys the memory cannot tell apart, 0 for keys that do not touch each other. A
    /// write under a moves what b retrieves by this share of what it moves a's, for normalised features.</summary>
    /// <param name="a">[KeySize]</param>
    /// <param name="b">[KeySize]</param>
    public double Interference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double[] first = Features(a), second = Features(b);
        double sizes = Math.Sqrt(Dot(first, first) * Dot(second, second));
        return sizes == 0 ? 0 : Dot(first, second) / sizes;
    }

    /// <summary>Which of the pairs that were written can still be read.</summary>
    /// <param name="keys">[count, KeySize]</param>
    /// <param name="values">[count, ValueSize], what each key should retrieve.</param>
    public Retrieval[] Retrieve(ReadOnlySpan<float> keys, ReadOnlySpan<float> values) =>
        Retrieval.Of(this, keys, values);

    /// <summary>What a write would do, found by doing it to a copy.</summary>
    /// <param name="key">[KeySize]</param>
    /// <param name="value">[ValueSize]</param>
    /// <param name="others">[count, KeySize], keys whose values should stay.</param>
    /// <param name="strength">β.</param>
    public WriteForecast Forecast(ReadOnlySpan<float> key, ReadOnlySpan<float> value, ReadOnlySpan<float> others,
        float strength = 1)
    {
        int count = CountOf(others), size = Options.ValueSize;
        FastWeightMemory copy = Clone();
        copy.Write(key, value, strength);
        float[] before = new float[size], after = new float[size];
        copy.Read(key, after);
        double norm = Retrieval.Norm(value), own = Retrieval.Distance(after, value), moved = 0;
        for (int i = 0; i < count; i++)
        {
            Read(Row(others, i, Options.KeySize), before);
            copy.Read(Row(others, i, Options.KeySize), after);
            double distance = Retrieval.Distance(before, after);
            moved += distance * distance;
        }
        double scale = norm > 0 ? norm : 1;
        return new(own / scale, count == 0 ? 0 : Math.Sqrt(moved / count) / scale);
    }

    /// <summary>What to expect of one more write: the root mean square of <see cref="Forecast"/> over random pairs,
    /// keys normally distributed and values of the same length.</summary>
    /// <param name="others">[count, KeySize], keys whose values should stay.</param>
    /// <param name="valueNorm">Length of the values.</param>
    /// <param name="draws">Pairs to try, at least 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    public WriteForecast ForecastRandom(ReadOnlySpan<float> others, float valueNorm = 1, int draws = 32, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        Random random = RandomStream.Of(seed, "write forecast");
        double[] key = new double[Options.KeySize], value = new double[Options.ValueSize];
        double own = 0, collateral = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            OrthogonalRows.Fill(key, random);
            OrthogonalRows.Fill(value, random);
            // A map without normalisation asks for keys of unit length.
            double scale = Options.Normalization == Normalization.None ? 1 / Math.Sqrt(Dot(key, key)) : 1;
            double length = valueNorm / Math.Sqrt(Dot(value, value));
            WriteForecast one = Forecast(
                [.. key.Select(x => (float)(x * scale))], [.. value.Select(x => (float)(x * length))], others);
            own += one.Own * one.Own;
            collateral += one.Collateral * one.Collateral;
        }
        return new(Math.Sqrt(own / draws), Math.Sqrt(collateral / draws));
    }

    /// <summary>
    /// Makes a key retrieve exactly a value, and leaves what the protected keys retrieve as it is: the smallest change
    /// of W that does both, W += (v − Wφ)⊗u/(u·φ) with u the part of φ(key) orthogonal to all φ(protected).
    /// </summary>
    /// <param name="key">[KeySize]</param>
    /// <param name="value">[ValueSize]</param>
    /// <param name="protectedKeys">[count, KeySize]; may be empty.</param>
    /// <exception cref="InvalidOperationException">φ(key) is a combination of the protected ones: what it retrieves
    /// follows from theirs.</exception>
    /// <exception cref="NotSupportedException">The rule's reads are not linear in W.</exception>
    public void Set(ReadOnlySpan<float> key, ReadOnlySpan<float> value, ReadOnlySpan<float> protectedKeys)
    {
        const double Independent = 1e-5; // of ‖φ‖: below, float32 features no longer tell
        if (!Options.Rule.HasLinearReads)
            throw new NotSupportedException("reads are layer-normalised: not every value can be read");
        Require.SameLength(Options.ValueSize, value.Length, nameof(value));
        Require.Finite(value, nameof(value));
        Require.Finite(key, nameof(key));
        double[] features = Features(key), u = Orthogonalized(features, protectedKeys);
        double square = Dot(u, u), whole = Dot(features, features);
        if (!(square > Independent * Independent * whole))
            throw new InvalidOperationException(
                $"the key shares all but {Math.Sqrt(square / Math.Max(whole, double.Epsilon)):g2} of its length with "
                + $"the protected " +
                "keys: what it retrieves follows from what they do");
        double along = Options.Rule.ReadDivisor(_normalizer, [.. features.Select(x => (float)x)]);
        Keep();
        int size = Options.ValueSize;
        for (int j = 0; j < size; j++)
        {
            double old = 0;
            for (int i = 0; i < FeatureCount; i++) old += features[i] * _state[i * size + j];
            double delta = (value[j] * along - old) / square;
            for (int i = 0; i < FeatureCount; i++) _state[i * size + j] += (float)(delta * u[i]);
        }
    }

    // The part of φ orthogonal to the features of the keys, by Gram and Schmidt, each subtraction twice.
    private double[] Orthogonalized(double[] features, ReadOnlySpan<float> keys)
    {
        const double Dependent = 1e-6;
        int count = CountOf(keys);
        List<double[]> basis = [];
        for (int i = 0; i < count; i++)
        {
            double[] other = Features(Row(keys, i, Options.KeySize));
            double before = Math.Sqrt(Dot(other, other));
            TakeOff(other, basis);
            double norm = Math.Sqrt(Dot(other, other));
            if (!(norm > Dependent * before)) continue;
            for (int j = 0; j < other.Length; j++) other[j] /= norm;
            basis.Add(other);
        }
        double[] rest = [.. features];
        TakeOff(rest, basis);
        return rest;
    }

    private static void TakeOff(double[] vector, List<double[]> basis)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] unit in basis)
            {
                double along = Dot(vector, unit);
                for (int i = 0; i < vector.Length; i++) vector[i] -= along * unit[i];
            }
        }
    }

    private double[] Features(ReadOnlySpan<float> key)
    {
        Require.SameLength(Options.KeySize, key.Length, nameof(key));
        Map(key);
        return [.. _features.Select(x => (double)x)];
    }

    private int CountOf(ReadOnlySpan<float> keys)
    {
        int count = keys.Length / Options.KeySize;
        Require.SameLength(checked(count * Options.KeySize), keys.Length, nameof(keys));
        return count;
    }

    private static ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int row, int size) => rows.Slice(row * size, size);

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
