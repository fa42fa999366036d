using Loci.Memory.FastWeights;

namespace Loci.Studies;

/// <summary>A write, and what its key read right after it.</summary>
/// <param name="Key">[key size]</param>
/// <param name="Value">[value size]</param>
/// <param name="Read">
/// What the key retrieved when the write was done: less than the value where the write was weak. [value size]
/// </param>
public sealed record ObservedWrite(float[] Key, float[] Value, float[] Read);

/// <summary>What became of one write.</summary>
/// <param name="Error">‖read now − value‖ / ‖value‖: 0 is exact, 1 is what reading nothing gives.</param>
/// <param name="Cosine">Between what the key reads now and the value.</param>
/// <param name="Written">
/// Between what the key read right after the write and the value: how well it was written at all.
/// </param>
/// <param name="Kept">Between what the key reads now and what it read right after the write.</param>
/// <param name="ReplacedBy">The later token whose write has taken its place; null where none has.</param>
public sealed record WriteFate(double Error, double Cosine, double Written, double Kept, int? ReplacedBy)
{
    /// <summary>A write can still be read where <see cref="Kept"/> is at least this.</summary>
    public const double LeastKept = 0.9;

    /// <summary>
    /// Keys are alike where the cosine of their features is at least this: half of a later write reaches the earlier
    /// key.
    /// </summary>
    public const double LeastInterference = 0.5;

    /// <summary>What took a place is nearer to what is read now than what was there, by this factor at least.</summary>
    public const double Margin = 2;

    /// <summary>The write can still be read: its key reads nearly what it read right after it.</summary>
    public bool IsRetrievable => Kept >= LeastKept;

    /// <summary>
    /// The fates of successive writes. One has been replaced where it cannot be read any more, a later write has a key
    /// like its own, and what its key reads now is far nearer to what that later write left than to what it left
    /// itself.
    /// </summary>
    /// <param name="memory">The memory after all of them.</param>
    /// <param name="writes">The last writes to it, in order, none left out.</param>
    /// <param name="first">Position of the first of them.</param>
    public static IReadOnlyList<WriteFate> Of(FastWeightMemory memory, IReadOnlyList<ObservedWrite> writes, int first)
    {
        var fates = new WriteFate[writes.Count];
        for (int t = 0; t < fates.Length; t++)
        {
            var write = writes[t];
            float[] now = new float[write.Value.Length];
            memory.Read(write.Key, now);
            double norm = Norm(write.Value), error = Distance(now, write.Value);
            var fate = new WriteFate(
                norm > 0 ? error / norm : error == 0 ? 0 : double.PositiveInfinity, CosineOf(now, write.Value),
                CosineOf(write.Read, write.Value),
                CosineOf(now, write.Read), null);
            fates[t] = fate.IsRetrievable
                ? fate
                : fate with { ReplacedBy = Replacement(memory, writes, t, now) is { } later ? first + later : null };
        }
        return fates;
    }

    private static int? Replacement(FastWeightMemory memory, IReadOnlyList<ObservedWrite> writes, int t, float[] now)
    {
        double nearest = Distance(now, writes[t].Read) / Margin;
        int? found = null;
        for (int later = t + 1; later < writes.Count; later++)
        {
            double distance = Distance(now, writes[later].Read);
            if (!(distance <= nearest) || memory.Interference(writes[later].Key, writes[t].Key) < LeastInterference)
                continue;
            (nearest, found) = (distance, later);
        }
        return found;
    }

    private static double Norm(float[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double CosineOf(float[] a, float[] b) =>
        Norm(a) * Norm(b) is > 0 and var sizes ? Dot(a, b) / sizes : 0;

    private static double Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    private static double Distance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
