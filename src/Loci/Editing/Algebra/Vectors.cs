using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Editing;

/// <summary>Sums over float64 vectors, in one stated order: lane by lane, then across.</summary>
internal static class Vectors
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        // Four lanes whatever the processor has, so that sums have the same bits everywhere.
        var left = MemoryMarshal.Cast<double, Vector256<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector256<double>>(b);
        var sum = default(Vector256<double>);
        for (int i = 0; i < left.Length; i++)
            sum = Vector256.FusedMultiplyAdd(left[i], right[i], sum);
        double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        for (int i = 4 * left.Length; i < a.Length; i++) total = Math.FusedMultiplyAdd(a[i], b[i], total);
        return total;
    }

    /// <summary>y += factor·x.</summary>
    public static void Add(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        var from = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var to = MemoryMarshal.Cast<double, Vector256<double>>(y);
        var factors = Vector256.Create(factor);
        for (int i = 0; i < from.Length; i++)
            to[i] = Vector256.FusedMultiplyAdd(factors, from[i], to[i]);
        for (int i = 4 * from.Length; i < x.Length; i++) y[i] = Math.FusedMultiplyAdd(factor, x[i], y[i]);
    }

    /// <summary>√Σ aᵢ².</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>A copy, widened.</summary>
    public static double[] Widen(ReadOnlySpan<float> numbers)
    {
        double[] wide = new double[numbers.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = numbers[i];
        return wide;
    }
}
