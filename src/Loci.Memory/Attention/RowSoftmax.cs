using System.Runtime.CompilerServices;
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
            // A NaN is passed over here and comes back from exp.
            max = Vector256.ConditionalSelect(Vector256.GreaterThan(score, max), score, max);
        }
        max = Vector256.Create(Largest(max));

        Vector256<float> a = default, b = default, c = default, d = default;
        int i = start;
        for (; i + 24 < end; i += Lanes.Count)
        {
            a += Numerator(row + i, max);
            b += Numerator(row + i + 8, max);
            c += Numerator(row + i + 16, max);
            d += Numerator(row + i + 24, max);
        }
        if (i < end) a += Numerator(row + i, max);
        if (i + 8 < end) b += Numerator(row + i + 8, max);
        if (i + 16 < end) c += Numerator(row + i + 16, max);
        return Lanes.Total(a, b, c, d);
    }

    private static Vector256<int> Visible(int j, int from, int to)
    {
        Vector256<int> index = Vector256.Create(j) + Vector256<int>.Indices;
        return Vector256.GreaterThanOrEqual(index, Vector256.Create(from)) & Vector256.LessThan(index, Vector256.Create(to));
    }

    private static float Largest(Vector256<float> v)
    {
        Vector128<float> four = Vector128.Max(v.GetLower(), v.GetUpper());
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two.ToScalar(), two.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Numerator(float* score, Vector256<float> max)
    {
        Vector256<float> e = Exponential.Exp(Vector256.Load(score) - max);
        e.Store(score);
        return e;
    }
}
