namespace Loci.Memory.FeatureMaps;

/// <summary>x itself.</summary>
internal sealed class IdentityMap : FeatureMap
{
    public override string Name => "identity";

    public override bool IsNonNegative => false;

    private protected override void Map<T>(ReadOnlySpan<T> x, Span<T> features) => x.CopyTo(features);

    private protected override void MapPullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient) =>
        gradient.CopyTo(inputGradient);
}
