using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// Dot products in one order whatever the processor: element i belongs to lane i modulo four 256-bit vectors, a lane
/// adds in ascending order, and the lanes are added in a fixed tree.
/// </summary>
internal static unsafe class LaneSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Σ x[i]·y[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Dot(T* x, T* y, int count)
    {
        Vector256<T> a = default, b = default, c = default, d = default;
        int width = Vector256<T>.Count, i = 0;
        for (; i <= count - 4 * width; i += 4 * width)
        {
            a = Simd256<T>.MultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), a);
            b = Simd256<T>.MultiplyAdd(Vector256.Load(x + i + width), Vector256.Load(y + i + width), b);
            c = Simd256<T>.MultiplyAdd(Vector256.Load(x + i + 2 * width), Vector256.Load(y + i + 2 * width), c);
            d = Simd256<T>.MultiplyAdd(Vector256.Load(x + i + 3 * width), Vector256.Load(y + i + 3 * width), d);
        }
        if (i + width <= count)
        {
            a = Simd256<T>.MultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), a);
            i += width;
        }
        if (i + width <= count)
        {
            b = Simd256<T>.MultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), b);
            i += width;
        }
        if (i + width <= count)
        {
            c = Simd256<T>.MultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), c);
            i += width;
        }
        T rest = T.Zero;
        for (; i < count; i++) rest = T.FusedMultiplyAdd(x[i], y[i], rest);
        return Total((a + b) + (c + d)) + rest;
    }

    /// <summary>z += factor·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(T* z, T factor, T* x, int count)
    {
        Vector256<T> f = Vector256.Create(factor);
        int width = Vector256<T>.Count, i = 0;
        for (; i <= count - width; i += width)
            Simd256<T>.MultiplyAdd(f, Vector256.Load(x + i), Vector256.Load(z + i)).Store(z + i);
        for (; i < count; i++) z[i] = T.FusedMultiplyAdd(factor, x[i], z[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Total(Vector256<T> sums)
    {
        Vector128<T> half = sums.GetLower() + sums.GetUpper();
        T total = half.GetElement(0);
        for (int i = 1; i < Vector128<T>.Count; i++) total += half.GetElement(i);
        return total;
    }
}
