using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>What became of one written pair.</summary>
/// <param name="Error">‖read − value‖ / ‖value‖; 0 is exact, 1 is what reading nothing gives.</param>
/// <param name="Cosine">Between read and value.</param>
/// <param name="IsNearest">True if no other of the values compared is nearer to what was read.</param>
public readonly record struct Retrieval(double Error, double Cosine, bool IsNearest)
{
    /// <summary>Which of the pairs that were written to a memory can still be read.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="keys">[count, KeySize]</param>
    /// <param name="values">[count, ValueSize], what each key should retrieve.</param>
    public static Retrieval[] Of(IAssociativeMemory memory, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(memory);
        int count = keys.Length / memory.KeySize, size = memory.ValueSize;
        Require.SameLength(checked(count * memory.KeySize), keys.Length, nameof(keys));
        Require.SameLength(checked(count * size), values.Length, nameof(values));
        var found = new Retrieval[count];
        float[] read = new float[size];
        for (int i = 0; i < count; i++)
        {
            memory.Read(keys.Slice(i * memory.KeySize, memory.KeySize), read);
            ReadOnlySpan<float> value = values.Slice(i * size, size);
            double own = Distance(read, value), norm = Norm(value), length = Norm(read), along = 0;
            for (int j = 0; j < size; j++) along += (double)read[j] * value[j];
            bool nearest = true;
            for (int other = 0; nearest && other < count; other++)
                nearest = !(Distance(read, values.Slice(other * size, size)) < own);
            double error = norm > 0 ? own / norm : own == 0 ? 0 : double.PositiveInfinity;
            found[i] = new(error, norm * length > 0 ? along / (norm * length) : 0, nearest);
        }
        return found;
    }

    internal static double Norm(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float a in x) sum += (double)a * a;
        return Math.Sqrt(sum);
    }

    internal static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
