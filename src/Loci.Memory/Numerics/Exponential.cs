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

    /// <summary>Below this exp rounds to zero.</summary>
    public const float Lowest = -104.5f;

    /// <summary>2⁻⁶⁴, which undoes the raising by 2⁶⁴.</summary>
    public const float Lower = 5.42101086e-20f;

    /// <summary>
    /// exp(x) for x ≤ 0: relative error under 1e-7 where the result is normal, rounded once more where it is not. NaN
    /// stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OfNegative(Vector256<float> x)
    {
        // The comparison is false for NaN, which so passes through.
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256.Create(Lowest), x);
        return Raised(x) * Vector256.Create(Lower);
    }

    /// <summary>2⁶⁴·exp(x) for −130 ≤ x ≤ 0: normal, where exp(x) itself may not be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Raised(Vector256<float> x) =>
        Raise(Reduce(x, 64, out Vector256<float> power), power);

    /// <summary>2⁶⁴·exp(x + rest) for −130 ≤ x ≤ 0 and a rest small beside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Raised(Vector256<float> x, Vector256<float> rest) =>
        Raise(Reduce(x, 64, out Vector256<float> power) + rest, power);

    /// <summary>tanh(x), relative error under 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        // tanh(a) = m / (m + 2) with m = exp(2a) − 1 = 2ⁿ·(exp(r) − 1) + (2ⁿ − 1); beyond 10 it rounds to 1.
        Vector256<float> a = Vector256.Abs(x);
        a = Vector256.ConditionalSelect(Vector256.GreaterThan(a, Vector256.Create(10f)), Vector256.Create(10f), a);
        Vector256<float> r = Reduce(a + a, 0, out Vector256<float> power);
        Vector256<float> m = Vector256.FusedMultiplyAdd(power, Minus1(r), power - Vector256<float>.One);
        return Vector256.CopySign(m / (m + Vector256.Create(2f)), x);
    }

    /// <summary>x = n·ln 2 + r; returns r, and 2^(n + more).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Reduce(Vector256<float> x, int more, out Vector256<float> power)
    {
        Vector256<float> rounder = Vector256.Create(Rounder + 127 + more);
        Vector256<float> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(LogTwoOfE), rounder);
        power = (shifted.AsInt32() << 23).AsSingle(); // the low bits are the exponent with its bias
        Vector256<float> n = shifted - rounder;
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-LogTwoHigh), x);
        return Vector256.FusedMultiplyAdd(n, Vector256.Create(-LogTwoLow), r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Raise(Vector256<float> r, Vector256<float> power) =>
        (Vector256<float>.One + Minus1(r)) * power;

    /// <summary>exp(r) − 1 for |r| ≤ 0.348.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Minus1(Vector256<float> r)
    {
        Vector256<float> q = Vector256.FusedMultiplyAdd(Vector256.Create(Q4), r, Vector256.Create(Q3));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(Q2));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(Q1));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(Q0));
        return Vector256.FusedMultiplyAdd(r * r, q, r);
    }
}
