using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>What a <see cref="FastWeightMemory"/> is made of.</summary>
/// <param name="KeySize">Length of a key, before the feature map.</param>
/// <param name="ValueSize">Length of a value.</param>
public sealed record FastWeightOptions(int KeySize, int ValueSize)
{
    /// <summary>The largest <see cref="UndoDepth"/>.</summary>
    public const int MaxUndoDepth = 1024;

    /// <summary>φ. The default needs keys of any direction and gives a capacity of <see cref="KeySize"/>.</summary>
    public FeatureMap Map { get; init; } = FeatureMap.Identity;

    /// <summary>How a pair is written.</summary>
    public UpdateRule Rule { get; init; } = UpdateRule.Delta;

    /// <summary>What is done to features after the map.</summary>
    public Normalization Normalization { get; init; } = Normalization.L2;

    /// <summary>How many changes can be undone; each keeps a copy of the state. 0 to 1024.</summary>
    public int UndoDepth { get; init; }

    /// <summary>Length of a feature vector, d_dot.</summary>
    internal int Features => Rule == UpdateRule.Softmax ? KeySize : Map.Features(KeySize);

    internal bool HasNormalizer => Rule is UpdateRule.NormalizedSum or UpdateRule.NormalizedDelta;

    /// <summary>
    /// Why the combination may not do what is expected, for each point a sentence; empty if nothing speaks against it.
    /// </summary>
    /// <exception cref="ArgumentException">A size out of range, or a combination that cannot work, with the reason.</exception>
    public IReadOnlyList<string> Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(KeySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ValueSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(UndoDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UndoDepth, MaxUndoDepth);
        ArgumentNullException.ThrowIfNull(Map);
        if (!Enum.IsDefined(Rule)) throw new ArgumentException($"{Rule} is no update rule");
        if (!Enum.IsDefined(Normalization)) throw new ArgumentException($"{Normalization} is no normalisation");
        if ((long)Features * ValueSize > Array.MaxLength)
            throw new ArgumentException($"a state of {Features}×{ValueSize} numbers is more than an array can hold");
        if (Rule == UpdateRule.Softmax)
        {
            if (Map != FeatureMap.Identity || Normalization != Normalization.None)
                throw new ArgumentException("softmax attention compares keys as they are: no feature map, no normalisation");
            return [];
        }
        if (!Map.IsNonNegative && (Normalization == Normalization.Sum || HasNormalizer))
            throw new ArgumentException(
                $"{Map} has negative features, whose sum can vanish: {(HasNormalizer ? Rule : "sum normalisation")} divides by it");
        if (Normalization == Normalization.None) return CheckPlain();
        return Normalization == Normalization.Sum && Rule == UpdateRule.Delta && Map == FeatureMap.EluPlusOne
            ? ["sum-normalised ELU+1 features are short vectors: one write of strength 1 corrects a few hundredths of the error"]
            : [];
    }

    private string[] CheckPlain()
    {
        const string Unstable = "β‖φ‖² can reach 2, where each write enlarges the error it should correct";
        if (Rule is not (UpdateRule.Delta or UpdateRule.GatedDelta or UpdateRule.NormBounded)) return [];
        if (Rule == UpdateRule.NormBounded) return [$"without normalisation {Unstable}; the bound on ‖W‖ hides that"];
        if (Map == FeatureMap.Identity)
            return [$"keys must come with unit length: without normalisation {Unstable}, and such a write is refused"];
        throw new ArgumentException($"{Rule} needs normalised features (sum or L2): with those of {Map} {Unstable}");
    }
}
