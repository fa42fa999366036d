using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// LayerNorm (Ba et al. 2016, arXiv 1607.06450) and RMSNorm (Zhang and Sennrich 2019, arXiv 1910.07467), row by row.
/// Means are sums in the order of <see cref="Reductions"/>: a row's bits do not depend on its neighbours.
/// </summary>
public static class Norms
{
    /// <summary>
    /// y = (x − mean)/σ·gain + bias, σ² = mean((x − mean)²) + ε, the mean subtracted before squaring.
    /// </summary>
    /// <param name="x">[rows, width]</param>
    /// <param name="width">Elements of a row, at least 1.</param>
    /// <param name="gain">[width], or empty for ones.</param>
    /// <param name="bias">[width], or empty for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="y">[rows, width]; may be <paramref name="x"/> itself, no other overlap.</param>
    /// <param name="inverseScale">[rows], receives 1/σ; or empty.</param>
    public static void LayerNorm(
        ReadOnlySpan<float> x, int width, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon,
        Span<float> y, Span<float> inverseScale = default)
    {
        int rows = Rows(x, width, gain, bias, y, inverseScale);
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * width, width);
            float mean = Reductions.Sum(row) / width;
            float inverse = 1 / MathF.Sqrt(Reductions.SumOfSquaredDeviations(row, mean) / width + epsilon);
            Affine(row, mean, inverse, gain, bias, y.Slice(r * width, width));
            if (!inverseScale.IsEmpty) inverseScale[r] = inverse;
        }
    }

    /// <summary>y = x/σ·gain, σ² = mean(x²) + ε.</summary>
    /// <param name="x">[rows, width]</param>
    /// <param name="width">Elements of a row, at least 1.</param>
    /// <param name="gain">[width], or empty for ones. Where a model stores the gain less one, add it first.</param>
    /// <param name="epsilon">Added to the mean of squares.</param>
    /// <param name="y">[rows, width]; may be <paramref name="x"/> itself, no other overlap.</param>
    /// <param name="inverseScale">[rows], receives 1/σ; or empty.</param>
    public static void RmsNorm(
        ReadOnlySpan<float> x, int width, ReadOnlySpan<float> gain, float epsilon,
        Span<float> y, Span<float> inverseScale = default)
    {
        int rows = Rows(x, width, gain, default, y, inverseScale);
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * width, width);
            float inverse = 1 / MathF.Sqrt(Reductions.SumOfSquares(row) / width + epsilon);
            Affine(row, 0, inverse, gain, default, y.Slice(r * width, width));
            if (!inverseScale.IsEmpty) inverseScale[r] = inverse;
        }
    }

    private static int Rows(
        ReadOnlySpan<float> x, int width, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y,
        Span<float> inverseScale)
    {
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, "must be at least 1");
        if (x.Length % width != 0)
            throw new ArgumentException($"length {x.Length} is no multiple of {width}", nameof(x));
        Require.SameLength(x.Length, y.Length, nameof(y));
        if (!gain.IsEmpty) Require.SameLength(width, gain.Length, nameof(gain));
        if (!bias.IsEmpty) Require.SameLength(width, bias.Length, nameof(bias));
        if (!inverseScale.IsEmpty) Require.SameLength(x.Length / width, inverseScale.Length, nameof(inverseScale));
        return x.Length / width;
    }

    /// <summary>y = ((x − mean)·inverse)·gain + bias, the last two fused when both are there.</summary>
    private static void Affine(
        ReadOnlySpan<float> x, float mean, float inverse, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias,
        Span<float> y)
    {
        ref float px = ref MemoryMarshal.GetReference(x), py = ref MemoryMarshal.GetReference(y);
        ref float pg = ref MemoryMarshal.GetReference(gain), pb = ref MemoryMarshal.GetReference(bias);
        Vector256<float> centre = Vector256.Create(mean), scale = Vector256.Create(inverse);
        int i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
        {
            Vector256<float> v = (Vector256.LoadUnsafe(ref px, (nuint)i) - centre) * scale;
            if (!gain.IsEmpty && !bias.IsEmpty)
                v = Vector256.FusedMultiplyAdd(
                    v, Vector256.LoadUnsafe(ref pg, (nuint)i), Vector256.LoadUnsafe(ref pb, (nuint)i));
            else if (!gain.IsEmpty) v *= Vector256.LoadUnsafe(ref pg, (nuint)i);
            else if (!bias.IsEmpty) v += Vector256.LoadUnsafe(ref pb, (nuint)i);
            v.StoreUnsafe(ref py, (nuint)i);
        }
        for (; i < x.Length; i++) // the same correctly rounded operations one by one
        {
            float v = (Unsafe.Add(ref px, i) - mean) * inverse;
            if (!gain.IsEmpty && !bias.IsEmpty) v = MathF.FusedMultiplyAdd(v, gain[i], bias[i]);
            else if (!gain.IsEmpty) v *= gain[i];
            else if (!bias.IsEmpty) v += bias[i];
            Unsafe.Add(ref py, i) = v;
        }
    }
}
