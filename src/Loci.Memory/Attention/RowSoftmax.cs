using System.Runtime.Intrinsics;
using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// The numerators exp(score − max) of one row of scores and their sum in canonical lanes (<see cref="Lanes"/>), where a
/// key's lane is its position mod 32 in the sequence: neither a window nor a cache changes the order of the sum.
/// </summary>
internal static unsafe class RowSoftmax
{
    /// <summary>Replaces products q·k by numerators and returns their sum.</summary>
    /// <param name="row">Products, the first of a position that is a multiple of 32; room up to a multiple of 8.</param>
    /// <param name="from">Index of the first visible key.</param>
    /// <param name="to">Index after the last visible key; what is not visible counts as zero, whatever it holds.</param>
    /// <param name="scale">Factor on the products.</param>
    /// <param name="softCap">Soft cap of the scores, or 0.</param>
    public static float Apply(float* row, int from, int to, float scale, float softCap)
    {
        int start = from & -Lanes.Count, end = (to + 7) & ~7;
        Vector256<float> lowest = Vector256.Create(float.NegativeInfinity), max = lowest;
        Vector256<float> factor = Vector256.Create(scale), cap = Vector256.Create(softCap);
        for (int j = start; j < end; j += Lanes.Width)
        {
            Vector256<float> score = Vector256.Load(row + j) * factor;
            if (softCap != 0) score = cap * Exponential.Tanh(score / cap);
            if (j < from || j + Lanes.Width > to)
                score = Vector256.ConditionalSelect(Visible(j, from, to).AsSingle(), score, lowest);
            score.Store(row + j);
            max = Lanes.Larger(score, max); // passes over a NaN, which comes back from exp
        }
        max = Vector256.Create(Lanes.Largest(max));

        for (int j = start; j < end; j += Lanes.Width)
            Exponential.OfNegative(Vector256.Load(row + j) - max).Store(row + j);

        Vector256<float> a = default, b = default, c = default, d = default;
        int i = start;
        for (; i + 24 < end; i += Lanes.Count)
        {
            a += Vector256.Load(row + i);
            b += Vector256.Load(row + i + 8);
            c += Vector256.Load(row + i + 16);
            d += Vector256.Load(row + i + 24);
        }
        if (i < end) a += Vector256.Load(row + i);
        if (i + 8 < end) b += Vector256.Load(row + i + 8);
        if (i + 16 < end) c += Vector256.Load(row + i + 16);
        return Lanes.Total(a, b, c, d);
    }

    private static Vector256<int> Visible(int j, int from, int to)
    {
        Vector256<int> index = Vector256.Create(j) + Vector256<int>.Indices;
        return Vector256.GreaterThanOrEqual(index, Vector256.Create(from)) & Vector256.LessThan(index, Vector256.Create(to));
    }
}
