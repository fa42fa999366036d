namespace Loci.Memory.FastWeights;

/// <summary>All fades as something is written (Peng et al. 2021, arXiv 2103.02143).</summary>
internal sealed class GatedRule() : UpdateRule(4, "gated", "W ← (1 − β)W + βv⊗φ")
{
    public override Forgetting Forgetting => Forgetting.ByStrength;
}
