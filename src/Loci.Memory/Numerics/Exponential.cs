using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// exp and tanh of eight numbers at once, from additions, multiplications and exact fused multiply-adds alone, so that
/// the bits are the same on every machine. exp(x) = 2ⁿ·exp(r) with r = x − n·ln 2, |r| ≤ ln 2 / 2, and
/// exp(r) = 1 + r + r²·q(r), q a minimax polynomial of degree 4 (error 3.2e-9 of exp(r)).
/// </summary>
internal static class Exponential
{
    /// <summary>1.5·2²³: adding it leaves the nearest integer in the low bits of a float.</summary>
    public const float Rounder = 12582912f;

    /// <summary>1 / ln 2.</summary>
    public const float LogTwoOfE = 1.44269502f;

    /// <summary>ln 2 = High + Low.</summary>
    public const float LogTwoHigh = 0.693147182f, LogTwoLow = -1.90465421e-09f;

    /// <summary>The coefficients of q, ascending.</summary>
    public const float Q0 = 0.49999994f, Q1 = 0.166665196f, Q2 = 0.041668281f, Q3 = 0.00836887676f, Q4 = 0.00138199306f;

    /// <summary>Below this exp rounds to zero, above the other to infinity.</summary>
    public const float Lowest = -104.5f, Highest = 89f;

    /// <summary>exp(x), relative error under 1e-7 where the result is normal, rounded once more where it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Comparisons are false for NaN, which so passes through.
        x = Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256.Create(Lowest), x);
        x = Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(Highest)), Vector256.Create(Highest), x);
        Vector256<float> r = Reduce(x, out Vector256<int> n);
        Scale(n, out Vector256<float> first, out Vector256<float> second);
        return (Vector256<float>.One + Minus1(r)) * first * second;
    }

    /// <summary>tanh(x), relative error under 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        // tanh(a) = m / (m + 2) with m = exp(2a) − 1 = 2ⁿ·(exp(r) − 1) + (2ⁿ − 1); beyond 10 it rounds to 1.
        Vector256<float> a = Vector256.Abs(x);
        a = Vector256.ConditionalSelect(Vector256.GreaterThan(a, Vector256.Create(10f)), Vector256.Create(10f), a);
        Vector256<float> r = Reduce(a + a, out Vector256<int> n);
        Vector256<float> power = ((n + Vector256.Create(127)) << 23).AsSingle();
        Vector256<float> m = Vector256.FusedMultiplyAdd(power, Minus1(r), power - Vector256<float>.One);
        return Vector256.CopySign(m / (m + Vector256.Create(2f)), x);
    }

    /// <summary>x = n·ln 2 + r for |x| up to a few thousand; returns r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Reduce(Vector256<float> x, out Vector256<int> n)
    {
        Vector256<float> rounder = Vector256.Create(Rounder);
        Vector256<float> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(LogTwoOfE), rounder);
        Vector256<float> whole = shifted - rounder;
        n = shifted.AsInt32() - rounder.AsInt32();
        Vector256<float> r = Vector256.FusedMultiplyAdd(whole, Vector256.Create(-LogTwoHigh), x);
        return Vector256.FusedMultiplyAdd(whole, Vector256.Create(-LogTwoLow), r);
    }

    /// <summary>exp(r) − 1 for |r| ≤ 0.348.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Minus1(Vector256<float> r)
    {
        Vector256<float> q = Vector256.FusedMultiplyAdd(Vector256.Create(Q4), r, Vector256.Create(Q3));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(Q2));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(Q1));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(Q0));
        return Vector256.FusedMultiplyAdd(r * r, q, r);
    }

    /// <summary>2ⁿ as a product of two normal numbers, |n| ≤ 252: multiplied one after the other they round once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(Vector256<int> n, out Vector256<float> first, out Vector256<float> second)
    {
        Vector256<int> half = n >> 1, bias = Vector256.Create(127);
        first = ((half + bias) << 23).AsSingle();
        second = ((n - half + bias) << 23).AsSingle();
    }
}
