using System.Globalization;

namespace Loci.Memory.FeatureMaps;

/// <summary>A kind of feature map: how it is named, and how it stands in files. The list of them all.</summary>
/// <param name="Id">The number that stands for the kind in files. Never changed, never used again.</param>
/// <param name="Pattern">How maps of the kind are named: "relu", "dpfp-ν".</param>
/// <param name="Parse">Makes the map of a name; null for a name that is none of the kind's.</param>
/// <param name="Read">Reads what <see cref="FeatureMap.WriteParameters"/> wrote, in a file of so many bytes.</param>
internal sealed record FeatureMapKind(
    int Id, string Pattern, Func<MapName, FeatureMap?> Parse, Func<BinaryReader, long, FeatureMap> Read)
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<FeatureMapKind> All { get; } =
    [
        IdentityMap.ItsKind, ReluMap.ItsKind, SiluMap.ItsKind, TanhMap.ItsKind, EluPlusOneMap.ItsKind, Dpfp.ItsKind,
        Favor.ItsKind,
    ];

    /// <summary>A kind of a single map, without parameters.</summary>
    public static FeatureMapKind Plain(int id, string name, Func<FeatureMap> map) =>
        new(id, name, asked => asked.Name == name ? map() : null, (_, _) => map());
}

/// <summary>A map asked for by name.</summary>
/// <param name="Name">The whole name.</param>
/// <param name="InputSize">Length of the vectors.</param>
/// <param name="Seed">Seed of random projections.</param>
/// <param name="IsStabilized">True to divide by the largest feature, for maps whose features can overflow.</param>
internal readonly record struct MapName(string Name, int InputSize, int Seed, bool IsStabilized)
{
    /// <summary>The number behind a prefix, from 1 on; null if the name has another form.</summary>
    public int? NumberAfter(string prefix) =>
        Name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(Name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= 1
            ? number : null;
}
