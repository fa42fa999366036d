using System.Runtime.Intrinsics;
using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// The numerators exp(score − max) of one row of scores and their sum in canonical lanes (<see cref="Lanes"/>), where a
/// key's lane is its position mod 32 in the sequence: neither a window nor a cache changes the order of the sum.
/// </summary>
/// <remarks>
/// A row begins at a position that is a multiple of 32 and has room up to a multiple of 8; keys <c>from</c> to
/// <c>to</c> − 1 are visible, and what else the row holds counts as zero. Three steps, so that a caller can take
/// several short rows through each: their chains of dependent instructions then overlap.
/// </remarks>
internal static unsafe class RowSoftmax
{
    /// <summary>
    /// Replaces products q·k by scores, −∞ where not visible, and returns the largest. The last visible key is the
    /// query's own, from which a slope counts.
    /// </summary>
    public static float Scores(float* row, int from, int to, float scale, float softCap, float slope)
    {
        Vector256<float> lowest = Vector256.Create(float.NegativeInfinity), max = lowest;
        Vector256<float> factor = Vector256.Create(scale), cap = Vector256.Create(softCap);
        for (int j = from & -Lanes.Count; j < to; j += Lanes.Width)
        {
            Vector256<float> score = Vector256.Load(row + j) * factor;
            if (softCap != 0) score = cap * Exponential.Tanh(score / cap);
            if (slope != 0) score = Vector256.FusedMultiplyAdd(Vector256.Create(slope), Distance(j, to - 1), score);
            if (j < from || j + Lanes.Width > to)
                score = Vector256.ConditionalSelect(Visible(j, from, to).AsSingle(), score, lowest);
            score.Store(row + j);
            max = Lanes.Larger(score, max); // passes over a NaN, which comes back from exp
        }
        return Lanes.Largest(max);
    }

    /// <summary>Replaces scores by numerators.</summary>
    public static void Numerators(float* row, int from, int to, float max)
    {
        Vector256<float> shift = Vector256.Create(max);
        for (int j = from & -Lanes.Count; j < to; j += Lanes.Width)
            Exponential.OfNegative(Vector256.Load(row + j) - shift).Store(row + j);
    }

    /// <summary>The sum of the numerators.</summary>
    public static float Sum(float* row, int from, int to)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        int i = from & -Lanes.Count;
        for (; i + 24 < to; i += Lanes.Count)
        {
            a += Vector256.Load(row + i);
            b += Vector256.Load(row + i + 8);
            c += Vector256.Load(row + i + 16);
            d += Vector256.Load(row + i + 24);
        }
        if (i < to) a += Vector256.Load(row + i);
        if (i + 8 < to) b += Vector256.Load(row + i + 8);
        if (i + 16 < to) c += Vector256.Load(row + i + 16);
        return Lanes.Total(a, b, c, d);
    }

    // How far keys lie behind the query, negative.
    private static Vector256<float> Distance(int j, int query) =>
        Vector256.ConvertToSingle(Vector256.Create(j - query) + Vector256<int>.Indices);

    private static Vector256<int> Visible(int j, int from, int to)
    {
        Vector256<int> index = Vector256.Create(j) + Vector256<int>.Indices;
        return Vector256.GreaterThanOrEqual(
            index, Vector256.Create(from)) & Vector256.LessThan(index, Vector256.Create(to));
    }
}
