using System.Numerics;
using Loci.Memory.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>The normalisations and their gradients.</summary>
public static class FeatureNormalization
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
        T inverse = T.One / size;
        foreach (ref T feature in features) feature *= inverse;
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
        T along = T.Zero, inverse = T.One / size;
        for (int i = 0; i < features.Length; i++) along += features[i] * inverse * gradient[i];
        for (int i = 0; i < features.Length; i++)
        {
            T direction = kind == Normalization.Sum ? T.One : features[i] * inverse;
            gradient[i] = (gradient[i] - along * direction) * inverse;
        }
    }

    private static T Size<T>(Normalization kind, ReadOnlySpan<T> features, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (T feature in features) sum += kind == Normalization.Sum ? feature : feature * feature;
        return kind switch
        {
            Normalization.Sum => sum + T.CreateChecked(SumFloor),
            Normalization.L2 => T.Sqrt(sum + T.CreateChecked(epsilon)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no normalisation"),
        };
    }
}
