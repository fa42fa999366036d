namespace Loci.Memory.FastWeights;

/// <summary>Forgets on purpose, by a gate α of each write (Yang et al. 2024, arXiv 2412.06464).</summary>
internal sealed class GatedDeltaRule() : DeltaRule(5, "gated_delta", "W ← αW; W ← W + β(v − Wφ)⊗φ")
{
    public override Forgetting Forgetting => Forgetting.Given;
}
