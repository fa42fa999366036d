using System.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>
/// x + 1 above zero, exp(x) below. Each branch directly: elu(x) + 1 would cancel for very negative x.
/// </summary>
internal sealed class EluPlusOneMap : FeatureMap
{
    public static FeatureMapKind ItsKind { get; } = FeatureMapKind.Plain(4, "elu+1", () => EluPlusOne);

    public override string Name => ItsKind.Pattern;

    public override bool IsNonNegative => true;

    internal override FeatureMapKind Kind => ItsKind;

    private protected override void Map<T>(ReadOnlySpan<T> x, Span<T> features)
    {
        for (int i = 0; i < x.Length; i++) features[i] = Value(x[i]);
    }

    private protected override void MapPullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient)
    {
        for (int i = 0; i < x.Length; i++) inputGradient[i] = gradient[i] * Slope(x[i]);
    }

    private static T Value<T>(T x) where T : IBinaryFloatingPointIeee754<T> => x > T.Zero ? x + T.One : T.Exp(x);

    private static T Slope<T>(T x) where T : IBinaryFloatingPointIeee754<T> => x > T.Zero ? T.One : T.Exp(x);
}
