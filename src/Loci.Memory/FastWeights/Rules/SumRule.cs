namespace Loci.Memory.FastWeights;

/// <summary>Nothing is ever replaced (Schlag et al. 2021, equation 17, without normalisation).</summary>
internal sealed class SumRule() : UpdateRule(0, "sum", "W ← W + βv⊗φ")
{
    public override StrengthRange Strengths => StrengthRange.Any;

    public override bool LearnsStrength => false;
}
