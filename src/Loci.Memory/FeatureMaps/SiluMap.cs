using System.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>x·sigmoid(x).</summary>
internal sealed class SiluMap : FeatureMap
{
    public static FeatureMapKind ItsKind { get; } = FeatureMapKind.Plain(2, "silu", () => Silu);

    public override string Name => ItsKind.Pattern;

    public override bool IsNonNegative => false;

    internal override FeatureMapKind Kind => ItsKind;

    private protected override void Map<T>(ReadOnlySpan<T> x, Span<T> features)
    {
        for (int i = 0; i < x.Length; i++) features[i] = Value(x[i]);
    }

    private protected override void MapPullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient)
    {
        for (int i = 0; i < x.Length; i++) inputGradient[i] = gradient[i] * Slope(x[i]);
    }

    private static T Value<T>(T x) where T : IBinaryFloatingPointIeee754<T> => x * Logistic(x);

    private static T Slope<T>(T x) where T : IBinaryFloatingPointIeee754<T> => Logistic(x) * (T.One + x * Logistic(-x));

    // The exponential of a number never above zero: no overflow on either side.
    private static T Logistic<T>(T x) where T : IBinaryFloatingPointIeee754<T>
    {
        T small = T.Exp(-T.Abs(x));
        return (x > T.Zero ? T.One : small) / (T.One + small);
    }
}
