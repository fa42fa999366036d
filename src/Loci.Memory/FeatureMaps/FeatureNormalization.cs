using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>The normalisations and their gradients.</summary>
public static unsafe class FeatureNormalization
{
    /// <summary>Added to the sum of the features.</summary>
    public const double SumFloor = 1e-6;

    /// <summary>Normalises features in place.</summary>
    /// <param name="kind">How.</param>
    /// <param name="features">[d_dot]</param>
    /// <param name="epsilon">Added to ‖φ‖² under the root of L2.</param>
    public static void Apply<T>(Normalization kind, Span<T> features, double epsilon = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kind == Normalization.None) return;
        T size = Size<T>(kind, features, epsilon);
        if (size == T.Zero) return;
        Scale(features, T.One / size);
    }

    /// <summary>Turns the gradient of normalised features into that of the features, in place.</summary>
    /// <param name="kind">How they were normalised.</param>
    /// <param name="features">[d_dot], before normalisation.</param>
    /// <param name="gradient">[d_dot], in and out.</param>
    /// <param name="epsilon">As in <see cref="Apply"/>.</param>
    public static void Pullback<T>(Normalization kind, ReadOnlySpan<T> features, Span<T> gradient, double epsilon = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.SameLength(features.Length, gradient.Length, nameof(gradient));
        if (kind == Normalization.None) return;
        T size = Size(kind, features, epsilon);
        if (size == T.Zero) return;
        T inverse = T.One / size, along = Dot(features, gradient) * inverse;
        if (kind == Normalization.Sum)
        {
            foreach (ref T g in gradient) g = (g - along) * inverse;
            return;
        }
        // (g − along·φ/‖φ‖)/‖φ‖
        Scale(gradient, inverse);
        fixed (T* g = gradient, f = features) LaneSums<T>.AddScaled(g, -along * inverse * inverse, f, features.Length);
    }

    private static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = a, y = b) return LaneSums<T>.Dot(x, y, a.Length);
    }

    private static void Scale<T>(Span<T> numbers, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T start = ref MemoryMarshal.GetReference(numbers);
        int width = Vector256<T>.Count, i = 0;
        for (; i <= numbers.Length - width; i += width)
            (Vector256.LoadUnsafe(ref start, (nuint)i) * factor).StoreUnsafe(ref start, (nuint)i);
        for (; i < numbers.Length; i++) numbers[i] *= factor;
    }

    private static T Size<T>(Normalization kind, ReadOnlySpan<T> features, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        if (kind == Normalization.L2) sum = Dot(features, features);
        else foreach (T feature in features) sum += feature;
        return kind switch
        {
            Normalization.Sum => sum + T.CreateChecked(SumFloor),
            Normalization.L2 => T.Sqrt(sum + T.CreateChecked(epsilon)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no normalisation"),
        };
    }
}
