using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// Arithmetic element by element, in place: each result is rounded once (<see cref="SoftCap"/> apart).
/// </summary>
public static class Elementwise
{
    /// <summary>x[i] += y[i].</summary>
    public static void Add(Span<float> x, ReadOnlySpan<float> y) => Combine(x, y, default(Sum));

    /// <summary>x[i] += s·y[i], as one fused multiply-add.</summary>
    public static void AddScaled(Span<float> x, float s, ReadOnlySpan<float> y) => Combine(x, y, new ScaledSum(s));

    /// <summary>x[i] *= y[i].</summary>
    public static void Multiply(Span<float> x, ReadOnlySpan<float> y) => Combine(x, y, default(Product));

    /// <summary>x[i] *= s.</summary>
    public static void Scale(Span<float> x, float s) => ElementFunction.Map(x, new ScaleFunction(s));

    /// <summary>x[i] += by.</summary>
    public static void Shift(Span<float> x, float by) => ElementFunction.Map(x, new ShiftFunction(by));

    /// <summary>
    /// x[i] ↦ cap·tanh(x[i]/cap), which keeps scores and logits within ±cap. Relative error under 5e-7.
    /// </summary>
    /// <param name="x">Replaced in place; ±∞ give ±cap, NaN stays NaN.</param>
    /// <param name="cap">Positive and finite.</param>
    public static void SoftCap(Span<float> x, float cap)
    {
        if (!(cap > 0) || !float.IsFinite(cap))
            throw new ArgumentOutOfRangeException(nameof(cap), cap, "must be positive and finite");
        ElementFunction.Map(x, new SoftCapFunction(cap));
    }

    /// <summary>gradient[i] *= 1 − (capped[i]/cap)², the slope of <see cref="SoftCap"/> by what it gave.</summary>
    /// <param name="gradient">Changed in place.</param>
    /// <param name="capped">As many results of the cap.</param>
    /// <param name="cap">Positive and finite.</param>
    public static void MultiplyBySoftCapSlope(Span<float> gradient, ReadOnlySpan<float> capped, float cap) =>
        Combine(gradient, capped, new SoftCapSlope(1 / cap));

    private interface IPair
    {
        Vector256<float> Apply(Vector256<float> x, Vector256<float> y);
    }

    private static void Combine<TPair>(Span<float> x, ReadOnlySpan<float> y, TPair f) where TPair : struct, IPair
    {
        Require.SameLength(x.Length, y.Length, nameof(y));
        ref float at = ref MemoryMarshal.GetReference(x);
        ref float by = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
            f.Apply(Vector256.LoadUnsafe(ref at, (nuint)i), Vector256.LoadUnsafe(ref by, (nuint)i))
                .StoreUnsafe(ref at, (nuint)i);
        if (i == x.Length) return;
        int rest = x.Length - i;
        ref float tail = ref Unsafe.Add(ref at, i);
        Vector256<float> other = Lanes.LoadPart(ref Unsafe.Add(ref by, i), rest, 0);
        Lanes.StorePart(f.Apply(Lanes.LoadPart(ref tail, rest, 0), other), ref tail, rest);
    }

    private readonly struct Sum : IPair
    {
        public Vector256<float> Apply(Vector256<float> x, Vector256<float> y) => x + y;
    }

    private readonly struct Product : IPair
    {
        public Vector256<float> Apply(Vector256<float> x, Vector256<float> y) => x * y;
    }

    private readonly struct ScaledSum(float s) : IPair
    {
        public Vector256<float> Apply(Vector256<float> x, Vector256<float> y) =>
            Vector256.FusedMultiplyAdd(Vector256.Create(s), y, x);
    }

    private readonly struct SoftCapSlope(float inverse) : IPair
    {
        public Vector256<float> Apply(Vector256<float> x, Vector256<float> y)
        {
            Vector256<float> tanh = y * Vector256.Create(inverse);
            return x * Vector256.FusedMultiplyAdd(-tanh, tanh, Vector256<float>.One);
        }
    }

    private readonly struct ScaleFunction(float s) : IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> x) => Vector256.Create(s) * x;
    }

    private readonly struct ShiftFunction(float by) : IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> x) => x + Vector256.Create(by);
    }

    private readonly struct SoftCapFunction(float cap) : IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> x) =>
            Vector256.Create(cap) * Exponential.Tanh(x / Vector256.Create(cap));
    }
}
