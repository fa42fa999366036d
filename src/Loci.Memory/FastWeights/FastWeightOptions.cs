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

    /// <summary>ε in φ/√(‖φ‖² + ε), for L2 normalisation; 0 or above.</summary>
    public float NormalizationEpsilon { get; init; }

    /// <summary>How many changes can be undone; each keeps a copy of the state. 0 to 1024.</summary>
    public int UndoDepth { get; init; }

    /// <summary>Length of a feature vector, d_dot.</summary>
    internal int Features => Map.Features(KeySize);

    internal bool HasNormalizer => Rule.KeySums != KeySumUse.None;

    /// <summary>
    /// Why the combination may not do what is expected, for each point a sentence; empty if nothing speaks against it.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A size out of range, or a combination that cannot work, with the reason.
    /// </exception>
    public IReadOnlyList<string> Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(KeySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ValueSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(UndoDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UndoDepth, MaxUndoDepth);
        ArgumentNullException.ThrowIfNull(Map);
        ArgumentNullException.ThrowIfNull(Rule);
        if (!Enum.IsDefined(Normalization)) throw new ArgumentException($"{Normalization} is no normalisation");
        if (!(NormalizationEpsilon >= 0 && float.IsFinite(NormalizationEpsilon)))
            throw new ArgumentException($"ε is {NormalizationEpsilon}, where 0 or a small positive number is wanted");
        if (NormalizationEpsilon > 0 && Normalization != Normalization.L2)
            throw new ArgumentException($"ε goes with L2 normalisation, not with {Normalization}");
        if ((long)Features * ValueSize > Array.MaxLength)
            throw new ArgumentException($"a state of {Features}×{ValueSize} numbers is more than an array can hold");
        if (!Map.IsNonNegative && (Normalization == Normalization.Sum || HasNormalizer))
        {
            string divider = HasNormalizer ? $"{Rule}" : "sum normalisation";
            throw new ArgumentException($"{Map} has negative features, whose sum can vanish: {divider} divides by it");
        }
        if (Normalization == Normalization.None) return Rule.CheckPlainFeatures(Map) is { } warning ? [warning] : [];
        return Normalization == Normalization.Sum && Rule.Corrects && !HasNormalizer && Map == FeatureMap.EluPlusOne
            ?
            [
                "sum-normalised ELU+1 features are short vectors: one write of strength 1 corrects a few hundredths "
                    + "of the error",
            ]
            : [];
    }
}
