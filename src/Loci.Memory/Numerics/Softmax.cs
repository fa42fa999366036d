using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// exp(x[i]) / Σ exp(x[j]), from the differences to the maximum; the sum in the order of <see cref="Reductions"/>.
/// </summary>
public static class Softmax
{
    /// <summary>Replaces <paramref name="x"/> by its softmax.</summary>
    /// <param name="x">Any length. NaN or +∞ anywhere, or nothing but −∞, makes every element NaN.</param>
    public static void Apply(Span<float> x)
    {
        ElementFunction.Map(x, new ExpOfDifference(Reductions.Max(x)));
        ElementFunction.Map(x, new Quotient(Reductions.Sum(x)));
    }

    private readonly struct ExpOfDifference(float max) : IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> x) => Exponential.OfNegative(x - Vector256.Create(max));
    }

    private readonly struct Quotient(float divisor) : IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> x) => x / Vector256.Create(divisor);
    }
}
