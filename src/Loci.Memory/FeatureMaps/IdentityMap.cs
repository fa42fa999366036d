namespace Loci.Memory.FeatureMaps;

/// <summary>x itself.</summary>
internal sealed class IdentityMap : FeatureMap
{
    public static FeatureMapKind ItsKind { get; } = FeatureMapKind.Plain(0, "identity", () => Identity);

    public override string Name => ItsKind.Pattern;

    public override bool IsNonNegative => false;

    internal override FeatureMapKind Kind => ItsKind;

    private protected override void Map<T>(ReadOnlySpan<T> x, Span<T> features) => x.CopyTo(features);

    private protected override void MapPullback<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient) =>
        gradient.CopyTo(inputGradient);
}
