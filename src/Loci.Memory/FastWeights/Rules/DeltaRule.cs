using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>What the key retrieves moves towards v (Schlag et al. 2021, equations 20–25).</summary>
internal class DeltaRule(int id = 2, string name = "delta", string formula = "W ← W + β(v − Wφ)⊗φ")
    : UpdateRule(id, name, formula)
{
    private protected const string Unstable =
        "β‖φ‖² can reach 2, where each write enlarges the error it should correct";

    public override bool Corrects => true;

    public override StrengthRange Strengths => StrengthRange.NotNegative;

    /// <summary>A write leaves 1 − β‖φ‖² of the error: at 2 its size, beyond it more.</summary>
    public override double StabilityBound => 2;

    internal override string? CheckPlainFeatures(FeatureMap map) => map == FeatureMap.Identity
        ? $"keys must come with unit length: without normalisation {Unstable}, and such a write is refused"
        : throw new ArgumentException($"{Name} needs normalised features (sum or L2): with those of {map} {Unstable}");
}
