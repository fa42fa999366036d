using System.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>tanh(x).</summary>
internal sealed class TanhMap : FeatureMap
{
    public static FeatureMapKind ItsKind { get; } = FeatureMapKind.Plain(3, "tanh", () => Tanh);

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

    private static T Value<T>(T x) where T : IBinaryFloatingPointIeee754<T> => T.Tanh(x);

    private static T Slope<T>(T x) where T : IBinaryFloatingPointIeee754<T> => T.One - T.Tanh(x) * T.Tanh(x);
}
