using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// Sums and maxima in one canonical order: element i belongs to lane i mod 32, lanes add in ascending order, and are
/// then added as a tree of fixed shape. The bits depend on the numbers and their order alone.
/// </summary>
public static class Reductions
{
    /// <summary>Σ x[i]; 0 for an empty span.</summary>
    public static float Sum(ReadOnlySpan<float> x) => Reduce(x, default(Plain), 0);

    /// <summary>Σ x[i]², each square fused into its lane's sum.</summary>
    public static float SumOfSquares(ReadOnlySpan<float> x) => Reduce(x, default(Square), 0);

    /// <summary>Σ x[i]·y[i], each product fused into its lane's sum. Not the order of a matrix product.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Require.SameLength(x.Length, y.Length, nameof(y));
        ref float px = ref MemoryMarshal.GetReference(x), py = ref MemoryMarshal.GetReference(y);
        Vector256<float> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            a = Term(ref px, ref py, i, a);
            b = Term(ref px, ref py, i + 8, b);
            c = Term(ref px, ref py, i + 16, c);
            d = Term(ref px, ref py, i + 24, d);
        }
        int rest = x.Length - i;
        if (rest >= 8) a = Term(ref px, ref py, i, a);
        if (rest >= 16) b = Term(ref px, ref py, i + 8, b);
        if (rest >= 24) c = Term(ref px, ref py, i + 16, c);
        if (rest % 8 != 0)
        {
            i += rest & ~7;
            Vector256<float> tail = Lanes.LoadPart(ref Unsafe.Add(ref px, i), rest % 8, 0);
            Vector256<float> other = Lanes.LoadPart(ref Unsafe.Add(ref py, i), rest % 8, 0);
            if (rest < 8) a = Vector256.FusedMultiplyAdd(tail, other, a);
            else if (rest < 16) b = Vector256.FusedMultiplyAdd(tail, other, b);
            else if (rest < 24) c = Vector256.FusedMultiplyAdd(tail, other, c);
            else d = Vector256.FusedMultiplyAdd(tail, other, d);
        }
        return Lanes.Total(a, b, c, d);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Term(ref float px, ref float py, int at, Vector256<float> sum) =>
            Vector256.FusedMultiplyAdd(
                Vector256.LoadUnsafe(ref px, (nuint)at), Vector256.LoadUnsafe(ref py, (nuint)at), sum);
    }

    /// <summary>The largest element; NaN if there is any, −∞ for an empty span. A zero is +0.</summary>
    public static float Max(ReadOnlySpan<float> x)
    {
        ref float at = ref MemoryMarshal.GetReference(x);
        Vector256<float> lowest = Vector256.Create(float.NegativeInfinity), nan = default;
        Vector256<float> a = lowest, b = lowest, c = lowest, d = lowest;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector256<float> v = Vector256.LoadUnsafe(ref at, (nuint)i), w = Vector256.LoadUnsafe(ref at, (nuint)i + 8);
            (a, b, nan) = (Lanes.Larger(v, a), Lanes.Larger(w, b), nan | Lanes.IsNaN(v) | Lanes.IsNaN(w));
            v = Vector256.LoadUnsafe(ref at, (nuint)i + 16);
            w = Vector256.LoadUnsafe(ref at, (nuint)i + 24);
            (c, d, nan) = (Lanes.Larger(v, c), Lanes.Larger(w, d), nan | Lanes.IsNaN(v) | Lanes.IsNaN(w));
        }
        for (; i < x.Length; i += Lanes.Width)
        {
            Vector256<float> v = i <= x.Length - Lanes.Width
                ? Vector256.LoadUnsafe(ref at, (nuint)i)
                : Lanes.LoadPart(ref Unsafe.Add(ref at, i), x.Length - i, float.NegativeInfinity);
            (a, nan) = (Lanes.Larger(v, a), nan | Lanes.IsNaN(v));
        }
        return nan.ExtractMostSignificantBits() != 0
            ? float.NaN
            : Lanes.Largest(Lanes.Larger(Lanes.Larger(a, b), Lanes.Larger(c, d))) + 0f;
    }

    /// <summary>
    /// The first index of the largest element, or of the first NaN if there is any; −1 for an empty span.
    /// </summary>
    public static int ArgMax(ReadOnlySpan<float> x)
    {
        float max = Max(x);
        ref float at = ref MemoryMarshal.GetReference(x);
        Vector256<float> sought = Vector256.Create(max);
        bool nan = float.IsNaN(max);
        int i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
        {
            Vector256<float> v = Vector256.LoadUnsafe(ref at, (nuint)i);
            uint found = (nan ? ~Vector256.Equals(v, v) : Vector256.Equals(v, sought)).ExtractMostSignificantBits();
            if (found != 0) return i + BitOperations.TrailingZeroCount(found);
        }
        for (; i < x.Length; i++)
            if (nan ? float.IsNaN(x[i]) : x[i] == max)
                return i;
        return -1;
    }

    /// <summary>
    /// ln Σ exp(x[i]), from the differences to the maximum. −∞ for an empty span or one of −∞ alone, +∞ if any is,
    /// NaN if any is.
    /// </summary>
    public static float LogSumExp(ReadOnlySpan<float> x)
    {
        float max = Max(x);
        if (!float.IsFinite(max)) return max;
        return (float)(max + DoubleMath.Log(Reduce(x, new ExpOfDifference(max), float.NegativeInfinity)));
    }

    /// <summary>Σ (x[i] − mean)².</summary>
    internal static float SumOfSquaredDeviations(ReadOnlySpan<float> x, float mean) =>
        Reduce(x, new Deviation(mean), mean);

    private interface ITerm
    {
        Vector256<float> AddTo(Vector256<float> sum, Vector256<float> x);
    }

    // `fill` is a number whose term adds nothing.
    private static float Reduce<TTerm>(ReadOnlySpan<float> x, TTerm term, float fill) where TTerm : struct, ITerm
    {
        ref float at = ref MemoryMarshal.GetReference(x);
        Vector256<float> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            a = term.AddTo(a, Vector256.LoadUnsafe(ref at, (nuint)i));
            b = term.AddTo(b, Vector256.LoadUnsafe(ref at, (nuint)i + 8));
            c = term.AddTo(c, Vector256.LoadUnsafe(ref at, (nuint)i + 16));
            d = term.AddTo(d, Vector256.LoadUnsafe(ref at, (nuint)i + 24));
        }
        int rest = x.Length - i;
        if (rest >= 8) a = term.AddTo(a, Vector256.LoadUnsafe(ref at, (nuint)i));
        if (rest >= 16) b = term.AddTo(b, Vector256.LoadUnsafe(ref at, (nuint)i + 8));
        if (rest >= 24) c = term.AddTo(c, Vector256.LoadUnsafe(ref at, (nuint)i + 16));
        if (rest % 8 != 0)
        {
            Vector256<float> tail = Lanes.LoadPart(ref Unsafe.Add(ref at, i + (rest & ~7)), rest % 8, fill);
            if (rest < 8) a = term.AddTo(a, tail);
            else if (rest < 16) b = term.AddTo(b, tail);
            else if (rest < 24) c = term.AddTo(c, tail);
            else d = term.AddTo(d, tail);
        }
        return Lanes.Total(a, b, c, d);
    }

    private readonly struct Plain : ITerm
    {
        public Vector256<float> AddTo(Vector256<float> sum, Vector256<float> x) => sum + x;
    }

    private readonly struct Square : ITerm
    {
        public Vector256<float> AddTo(Vector256<float> sum, Vector256<float> x) =>
            Vector256.FusedMultiplyAdd(x, x, sum);
    }

    private readonly struct Deviation(float mean) : ITerm
    {
        public Vector256<float> AddTo(Vector256<float> sum, Vector256<float> x)
        {
            Vector256<float> d = x - Vector256.Create(mean);
            return Vector256.FusedMultiplyAdd(d, d, sum);
        }
    }

    private readonly struct ExpOfDifference(float max) : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> AddTo(Vector256<float> sum, Vector256<float> x) =>
            sum + Exponential.OfNegative(x - Vector256.Create(max));
    }
}
