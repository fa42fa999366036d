using System.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>
/// φ: what keys and queries go through before they meet a fast-weight memory. Its number of features d_dot is the
/// memory's capacity, the number of keys that can be orthogonal to each other.
/// </summary>
/// <remarks>Schlag et al. 2021, arXiv 2102.11174, section 5.</remarks>
public abstract class FeatureMap
{
    /// <summary>φ(x) = x.</summary>
    public static FeatureMap Identity { get; } = new IdentityMap();

    /// <summary>φ(x) = max(x, 0).</summary>
    public static FeatureMap Relu { get; } = new ReluMap();

    /// <summary>φ(x) = x·sigmoid(x).</summary>
    public static FeatureMap Silu { get; } = new SiluMap();

    /// <summary>φ(x) = tanh(x).</summary>
    public static FeatureMap Tanh { get; } = new TanhMap();

    /// <summary>φ(x) = x + 1 above zero, exp(x) below (Katharopoulos et al. 2020, arXiv 2006.16236).</summary>
    public static FeatureMap EluPlusOne { get; } = new EluPlusOneMap();

    /// <summary>How maps are named, every kind: "identity", "dpfp-ν".</summary>
    public static IEnumerable<string> Patterns => FeatureMapKind.All.Select(kind => kind.Pattern);

    /// <summary>The map of a name.</summary>
    /// <param name="name">As <see cref="Name"/> gives it, of the <see cref="Patterns"/>.</param>
    /// <param name="inputSize">Length of the vectors.</param>
    /// <param name="seed">Seed of the projections, for favor-m.</param>
    /// <param name="stabilized">For favor-m, true to divide by the largest feature.</param>
    /// <exception cref="ArgumentException">There is no such map, or not for vectors of this length.</exception>
    public static FeatureMap Named(string name, int inputSize, int seed = 0, bool stabilized = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        var asked = new MapName(name, inputSize, seed, stabilized);
        foreach (FeatureMapKind kind in FeatureMapKind.All)
        {
            if (kind.Parse(asked) is not { } map) continue;
            map.Features(inputSize);
            return map;
        }
        throw new ArgumentException($"«{name}» is no feature map: {string.Join(", ", Patterns)} with ν, m from 1 are");
    }

    /// <summary>The name, with parameters: "elu+1", "dpfp-3".</summary>
    public abstract string Name { get; }

    /// <summary>True if no feature is ever negative, as sum and attention normalisation need.</summary>
    public abstract bool IsNonNegative { get; }

    /// <summary>True if most features are zero, so that skipping them pays.</summary>
    public virtual bool IsSparse => false;

    /// <summary>d_dot, the number of features of a vector.</summary>
    /// <param name="inputSize">Length of the vector, at least 1.</param>
    /// <exception cref="ArgumentException">The map is not defined for this length.</exception>
    public virtual int Features(int inputSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        return inputSize;
    }

    /// <summary>φ(x).</summary>
    /// <param name="x">[inputSize]</param>
    /// <param name="features">[d_dot], overwritten; must not overlap <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Numerics.Require.SameLength(Features(x.Length), features.Length, nameof(features));
        Map(x, features);
    }

    /// <summary>Jᵀg: the gradient of x from that of φ(x).</summary>
    /// <param name="x">[inputSize]</param>
    /// <param name="gradient">g, [d_dot]</param>
    /// <param name="inputGradient">
    /// [inputSize], overwritten; must not overlap the rest. Where φ has a kink, the slope is that of below.
    /// </param>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    public void Pullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Numerics.Require.SameLength(Features(x.Length), gradient.Length, nameof(gradient));
        Numerics.Require.SameLength(x.Length, inputGradient.Length, nameof(inputGradient));
        MapPullback(x, gradient, inputGradient);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What the map is one of.</summary>
    internal abstract FeatureMapKind Kind { get; }

    /// <summary>Writes what its kind reads again.</summary>
    internal virtual void WriteParameters(BinaryWriter writer)
    {
    }

    private protected abstract void Map<T>(ReadOnlySpan<T> x, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private protected abstract void MapPullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
