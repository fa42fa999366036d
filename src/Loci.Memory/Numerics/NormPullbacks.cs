using System.Buffers;
using System.Numerics;

namespace Loci.Memory.Numerics;

/// <summary>
/// The gradients of <see cref="Norms"/>, row by row. With x̂ = (x − mean)/σ and g = dy∘gain: dx = (g − mean(g) −
/// x̂·mean(g∘x̂))/σ, the first mean for LayerNorm alone; dgain = Σ dy∘x̂ and dbias = Σ dy over the rows, ascending.
/// </summary>
/// <remarks>Sums of a row are in the order of <see cref="Reductions"/>: its bits do not depend on its
/// neighbours.</remarks>
public static class NormPullbacks
{
    /// <summary>Of <see cref="Norms.LayerNorm"/>.</summary>
    /// <param name="x">What was normed. [rows, width]</param>
    /// <param name="width">Elements of a row, at least 1.</param>
    /// <param name="gain">[width], or empty for ones.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="dy">The gradient of the result. [rows, width]</param>
    /// <param name="dx">Added to. [rows, width]; no overlap with the rest.</param>
    /// <param name="dGain">Added to, or empty where it is not wanted. [width]</param>
    /// <param name="dBias">Added to, or empty where it is not wanted. [width]</param>
    public static void LayerNorm(
        ReadOnlySpan<float> x, int width, ReadOnlySpan<float> gain, float epsilon, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dGain = default, Span<float> dBias = default) =>
        Rows(centred: true, x, width, gain, epsilon, dy, dx, dGain, dBias);

    /// <summary>Of <see cref="Norms.RmsNorm"/>.</summary>
    /// <param name="x">What was normed. [rows, width]</param>
    /// <param name="width">Elements of a row, at least 1.</param>
    /// <param name="gain">[width], or empty for ones.</param>
    /// <param name="epsilon">Added to the mean of squares.</param>
    /// <param name="dy">The gradient of the result. [rows, width]</param>
    /// <param name="dx">Added to. [rows, width]; no overlap with the rest.</param>
    /// <param name="dGain">Added to, or empty where it is not wanted. [width]</param>
    public static void RmsNorm(
        ReadOnlySpan<float> x, int width, ReadOnlySpan<float> gain, float epsilon, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dGain = default) =>
        Rows(centred: false, x, width, gain, epsilon, dy, dx, dGain, default);

    private static void Rows(
        bool centred, ReadOnlySpan<float> x, int width, ReadOnlySpan<float> gain, float epsilon,
        ReadOnlySpan<float> dy, Span<float> dx, Span<float> dGain, Span<float> dBias)
    {
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, "must be at least 1");
        if (x.Length % width != 0)
            throw new ArgumentException($"length {x.Length} is no multiple of {width}", nameof(x));
        Require.SameLength(x.Length, dy.Length, nameof(dy));
        Require.SameLength(x.Length, dx.Length, nameof(dx));
        if (!gain.IsEmpty) Require.SameLength(width, gain.Length, nameof(gain));
        if (!dGain.IsEmpty) Require.SameLength(width, dGain.Length, nameof(dGain));
        if (!dBias.IsEmpty) Require.SameLength(width, dBias.Length, nameof(dBias));
        float[] rented = ArrayPool<float>.Shared.Rent(2 * width);
        Span<float> normed = rented.AsSpan(0, width), g = rented.AsSpan(width, width);
        Span<float> inverse = stackalloc float[1];
        for (int at = 0; at < x.Length; at += width)
        {
            ReadOnlySpan<float> row = x.Slice(at, width), upper = dy.Slice(at, width);
            if (centred) Norms.LayerNorm(row, width, default, default, epsilon, normed, inverse);
            else Norms.RmsNorm(row, width, default, epsilon, normed, inverse);
            upper.CopyTo(g);
            if (!dBias.IsEmpty) Elementwise.Add(dBias, g);
            if (!dGain.IsEmpty) AddProducts(dGain, g, normed);
            if (!gain.IsEmpty) Elementwise.Multiply(g, gain);
            float mean = centred ? Reductions.Sum(g) / width : 0;
            Elementwise.AddScaled(g, -Reductions.Dot(g, normed) / width, normed);
            AddShifted(dx.Slice(at, width), g, mean, inverse[0]);
        }
        ArrayPool<float>.Shared.Return(rented);
    }

    // sums += a∘b
    private static void AddProducts(Span<float> sums, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sums[i..]) + new Vector<float>(a[i..]) * new Vector<float>(b[i..])).CopyTo(sums[i..]);
        for (; i < sums.Length; i++) sums[i] += a[i] * b[i];
    }

    // dx += (g − mean)·inverse
    private static void AddShifted(Span<float> dx, ReadOnlySpan<float> g, float mean, float inverse)
    {
        int i = 0;
        Vector<float> centre = new(mean), scale = new(inverse);
        for (; i <= dx.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(dx[i..]) + (new Vector<float>(g[i..]) - centre) * scale).CopyTo(dx[i..]);
        for (; i < dx.Length; i++) dx[i] += (g[i] - mean) * inverse;
    }
}
