using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

// f′, from the same exponentials as f. A slope is of order 1 wherever it matters, so that its error is absolute.

internal readonly struct ReluSlope : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) => Vector256.ConditionalSelect(
        Vector256.GreaterThan(x, Vector256<float>.Zero), Vector256<float>.One, x & Lanes.IsNaN(x));
}

/// <summary>2·max(x, 0).</summary>
internal readonly struct SquaredReluSlope : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) => Vector256.ConditionalSelect(
        Vector256.LessThanOrEqual(x, Vector256<float>.Zero), Vector256<float>.Zero, x + x);
}

/// <summary>s + x·s(1 − s), s the logistic function of x.</summary>
internal readonly struct SiluSlope : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) => Logistic.Slope(Logistic.Within(x, -SiluFunction.Lowest));
}

/// <summary>s + z·s(1 − s), z = 1.702x and s its logistic function.</summary>
internal readonly struct QuickGeluSlope : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) => Logistic.Slope(
        Logistic.Within(x, -QuickGeluFunction.Lowest) * Vector256.Create(QuickGeluFunction.SlopeHigh));
}

/// <summary>With z = c₁x + c₃x³ and s its logistic function: s + x·z′·s(1 − s).</summary>
internal readonly struct GeluTanhSlope : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        x = Logistic.Within(x, -GeluTanhFunction.Lowest);
        Vector256<float> c1 = Vector256.Create(GeluTanhFunction.C1High), cubic = Vector256.Create(
            GeluTanhFunction.C3High) * (x * x);
        return Logistic.Slope(x * (c1 + cubic), x * Vector256.FusedMultiplyAdd(Vector256.Create(3f), cubic, c1));
    }
}

/// <summary>Φ(x) + x·φ(x).</summary>
internal readonly struct GeluSlope : IElementFunction
{
    private const float InverseRootOfTwoPi = 0.398942280f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x)
    {
        Vector256<float> a = Logistic.AtMost(Vector256.Abs(x), GeluFunction.Highest);
        Vector256<float> tail = GeluFunction.UpperTail(a, out Vector256<float> density); // both raised by 2⁶⁴
        Vector256<float> lower = Vector256.Create(Exponential.Lower);
        // Of −a; the slope at a is one less this.
        Vector256<float> slope = (tail - a * (density * Vector256.Create(InverseRootOfTwoPi))) * lower;
        return Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256<float>.Zero), slope, Vector256<float>.One - slope);
    }
}
