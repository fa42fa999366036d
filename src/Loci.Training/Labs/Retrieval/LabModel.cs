using Loci.Memory.FeatureMaps;
using Loci.Memory.FastWeights;

namespace Loci.Training.Labs.Retrieval;

/// <summary>A memory of the laboratory by name: feature map and update rule.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="Map">Null for softmax attention.</param>
/// <param name="Rule">How pairs are written. Null for softmax attention.</param>
internal sealed record LabModel(string Name, string? Map, UpdateRule? Rule)
{
    public const int KeySize = 64;

    public static readonly string[] Maps = ["elu", "relu", "dpfp-1", "dpfp-2", "dpfp-3", "favor-64", "favor-512"];

    /// <summary>
    /// Every rule by its name; fwm is the norm-bounded one, as its authors call it, fwm-tanh with their keys.
    /// </summary>
    public static readonly (string Name, UpdateRule Rule)[] Rules =
    [
        .. UpdateRule.All.Where(rule => rule.HasChunkForm).Select(rule => (rule.Name.Replace('_', '-'), rule)),
        ("fwm", UpdateRule.NormBounded), ("fwm-tanh", UpdateRule.NormBounded),
    ];

    /// <summary>d_dot, null for softmax attention.</summary>
    public int? Features => Map is null ? null : CreateMap()?.Features(KeySize) ?? 2 * Projections;

    /// <summary>m of FAVOR+, else 0.</summary>
    public int Projections =>
        Map is not null && Map.StartsWith("favor-", StringComparison.Ordinal) ? int.Parse(Map[6..]) : 0;

    /// <summary>"softmax", a map with the normalised sum ("dpfp-1"), or a rule with a map ("delta/dpfp-1").</summary>
    public static LabModel Parse(string name, string defaultMap)
    {
        if (name == "softmax") return new(name, null, null);
        if (Maps.Contains(name)) return new(name, name, UpdateRule.NormalizedSum);
        string[] parts = name.Split('/');
        string map = parts.Length > 1 ? parts[1] : parts[0] == "fwm-tanh" ? "tanh" : defaultMap;
        foreach (var (rule, kind) in Rules)
            if (parts[0] == rule && parts.Length <= 2 && (Maps.Contains(map) || map == "tanh"))
                return new(name, map, kind);
        throw new ArgumentException(
            $"«{name}» is no model: softmax, {string.Join(", ", Maps)}, or RULE or RULE/MAP with a rule of "
            + $"{string.Join(", ", Rules.Select(r => r.Name))}");
    }

    /// <summary>The map; null for softmax and for FAVOR+, which is redrawn in training.</summary>
    public FeatureMap? CreateMap() => Map switch
    {
        null => null,
        "elu" => FeatureMap.EluPlusOne,
        "relu" => FeatureMap.Relu,
        "tanh" => FeatureMap.Tanh,
        _ when Projections > 0 => null,
        _ => new Dpfp(int.Parse(Map[5..])),
    };
}
