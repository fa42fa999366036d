using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

// Each function keeps its relative accuracy in the negative tail, where the result is x times a vanishing factor: the
// argument of exp is held as a sum of two floats, and powers of two are multiplied in last. Below `Lowest` the result
// rounds to −0, so negative x are cut there, which also gives −∞ its limit.

internal readonly struct ReluFunction : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) => // NaN fails the comparison and stays
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256<float>.Zero), Vector256<float>.Zero, x);
}

/// <summary>max(x, 0)², rounded once.</summary>
internal readonly struct SquaredReluFunction : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) => Vector256.ConditionalSelect(
        Vector256.LessThanOrEqual(x, Vector256<float>.Zero), Vector256<float>.Zero, x * x);
}

internal readonly struct SiluFunction : IElementFunction
{
    public const float Lowest = -110;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        x = Logistic.AtLeast(x, Lowest);
        return Logistic.Times(x, Logistic.AtMost(x, -Lowest), Vector256<float>.Zero);
    }
}

internal readonly struct QuickGeluFunction : IElementFunction
{
    public const float Lowest = -65, SlopeHigh = 1.70200002f, SlopeLow = -2.19345093e-08f; // 1.702

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        x = Logistic.AtLeast(x, Lowest);
        Vector256<float> c = Logistic.AtMost(x, -Lowest), slope = Vector256.Create(SlopeHigh), z = slope * c;
        Vector256<float> rest = Vector256.FusedMultiplyAdd(slope, c, -z);
        return Logistic.Times(x, z, Vector256.FusedMultiplyAdd(Vector256.Create(SlopeLow), c, rest));
    }
}

/// <summary>½x(1 + tanh u) = x·sigmoid(2u), 2u = x(c₁ + c₃x²).</summary>
internal readonly struct GeluTanhFunction : IElementFunction
{
    public const float Lowest = -11;
    public const float C1High = 1.59576917f, C1Low = -4.53406805e-08f; // 2√(2/π)
    public const float C3High = 0.0713548139f, C3Low = 2.39883247e-09f; // 0.044715·2√(2/π)

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        x = Logistic.AtLeast(x, Lowest);
        Vector256<float> c = Logistic.AtMost(x, -Lowest), c1 = Vector256.Create(C1High), c3 = Vector256.Create(C3High);
        Vector256<float> square = c * c, squareRest = Vector256.FusedMultiplyAdd(c, c, -square);
        Vector256<float> cubic = c3 * square, cubicRest = Vector256.FusedMultiplyAdd(c3, square, -cubic);
        cubicRest = Vector256.FusedMultiplyAdd(Vector256.Create(C3Low), square, cubicRest);
        cubicRest = Vector256.FusedMultiplyAdd(c3, squareRest, cubicRest);
        // w = c₁ + c₃x², with the exact error of the addition (Knuth's two-sum)
        Vector256<float> w = c1 + cubic, back = w - c1;
        Vector256<float> wRest = (c1 - (w - back)) + (cubic - back) + (cubicRest + Vector256.Create(C1Low));
        Vector256<float> z = c * w;
        Vector256<float> zRest = Vector256.FusedMultiplyAdd(c, wRest, Vector256.FusedMultiplyAdd(c, w, -z));
        return Logistic.Times(x, z, zRest);
    }
}

/// <summary>
/// x·Φ(x). With a = |x|, Φ(−a) = exp(−a²/2)·g(a), and g(a)·(a + 4) is a polynomial of degree 9 in t = (a − 4)/(a + 4)
/// (minimax on 0 ≤ a ≤ 15, relative error 1.8e-8).
/// </summary>
internal readonly struct GeluFunction : IElementFunction
{
    public const float Highest = 15;

    public static ReadOnlySpan<float> Tail =>
    [
        0.755285144f, -0.607896626f, 0.38713637f, -0.186522335f, 0.0604089275f,
        -0.00753061194f, -0.00353015354f, 0.00157316634f, 0.000200818889f, -0.000122523197f,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        Vector256<float> a = Logistic.AtMost(Vector256.Abs(x), Highest), tail = UpperTail(a, out _);
        Vector256<float> lower = Vector256.Create(Exponential.Lower);
        return Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256<float>.Zero),
            -a * tail * lower,
            x * (Vector256<float>.One - tail * lower));
    }

    /// <summary>2⁶⁴·Φ(−a) and 2⁶⁴·exp(−a²/2), for 0 ≤ a ≤ <see cref="Highest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> UpperTail(Vector256<float> a, out Vector256<float> density)
    {
        Vector256<float> half = Vector256.Create(-0.5f);
        Vector256<float> square = a * a, rest = Vector256.FusedMultiplyAdd(a, a, -square);
        density = Exponential.Raised(half * square, half * rest);

        // t to nearly full precision: the quotient, then its residue a − 4 − t(a + 4) = a − 4(t + 1) − ta
        Vector256<float> four = Vector256.Create(4f), inverse = Vector256<float>.One / (a + four),
            t = (a - four) * inverse;
        Vector256<float> residue = Vector256.FusedMultiplyAdd(t + Vector256<float>.One, -four, a);
        t = Vector256.FusedMultiplyAdd(inverse, Vector256.FusedMultiplyAdd(t, -a, residue), t);
        Vector256<float> g = Vector256.Create(Tail[9]);
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[8]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[7]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[6]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[5]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[4]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[3]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[2]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[1]));
        g = Vector256.FusedMultiplyAdd(g, t, Vector256.Create(Tail[0]));
        return g * inverse * density;
    }
}

/// <summary>The logistic function as a factor.</summary>
internal static class Logistic
{
    /// <summary>
    /// x·sigmoid(z + rest), where z has the sign of x, |z| ≤ 130 and |rest| is small beside z.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Times(Vector256<float> x, Vector256<float> z, Vector256<float> rest)
    {
        // With e = exp(−|z|), sigmoid is 1 / (1 + e) for z ≥ 0 and e / (1 + e) below: nothing overflows or cancels.
        Vector256<float> sign = Vector256.Create(-0f), one = Vector256<float>.One;
        Vector256<float> lower = Vector256.Create(Exponential.Lower);
        Vector256<float> raised = Exponential.Raised(z | sign, rest ^ Vector256.AndNot(sign, x)); // 2⁶⁴·e
        Vector256<float> negative = Vector256.LessThan(x, Vector256<float>.Zero);
        Vector256<float> quotient =
            x * Vector256.ConditionalSelect(negative, raised, one) / Vector256.FusedMultiplyAdd(raised, lower, one);
        return quotient * Vector256.ConditionalSelect(negative, lower, one);
    }

    /// <summary>max(x, low), NaN staying NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AtLeast(Vector256<float> x, float low) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(low)), Vector256.Create(low), x);

    /// <summary>min(x, high), NaN staying NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AtMost(Vector256<float> x, float high) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(high)), Vector256.Create(high), x);

    /// <summary>s(z) + z·s(z)(1 − s(z)) with s the logistic function; |z| at most 130.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Slope(Vector256<float> z) => Slope(z, z);

    /// <summary>s(z) + factor·s(z)(1 − s(z)) with s the logistic function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Slope(Vector256<float> z, Vector256<float> factor)
    {
        Vector256<float> one = Vector256<float>.One, e = Exponential.OfNegative(-Vector256.Abs(z));
        Vector256<float> s = one / (one + e), rest = e * s; // of |z|: s and 1 − s
        Vector256<float> own = Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256<float>.Zero), rest, s);
        return Vector256.FusedMultiplyAdd(factor, s * rest, own);
    }

    /// <summary>x cut to ±most, NaN staying NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Within(Vector256<float> x, float most) => AtMost(AtLeast(x, -most), most);
}
