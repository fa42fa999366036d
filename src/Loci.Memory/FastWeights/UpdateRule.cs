namespace Loci.Memory.FastWeights;

/// <summary>How a memory takes in a pair of key and value. φ is the key's feature vector, normalised, β the strength.</summary>
/// <remarks>Schlag et al. 2021, arXiv 2102.11174, with the equations named below.</remarks>
public enum UpdateRule
{
    /// <summary>W += βv⊗φ. Nothing is ever replaced.</summary>
    Sum,

    /// <summary>Sum, with z += βφ; reads are divided by z·φ(q) (equations 17–19).</summary>
    NormalizedSum,

    /// <summary>W += β(v − Wφ)⊗φ: what the key retrieves moves towards v (20–25).</summary>
    Delta,

    /// <summary>Delta with v̄ = Wφ/(z·φ), v̄ = 0 in an empty memory, z += φ; reads are divided by z·φ(q) (26–28).</summary>
    NormalizedDelta,

    /// <summary>W = (1 − β)W + βv⊗φ: all fades as something is written (Peng et al. 2021, arXiv 2103.02143).</summary>
    Gated,

    /// <summary>W ← αW, then delta; α in (0, 1] is given with each write (Yang et al. 2024, arXiv 2412.06464).</summary>
    GatedDelta,

    /// <summary>Delta, then W /= max(1, ‖W‖), with layer normalisation of the read (Schlag, Munkhdalai, Schmidhuber 2021, arXiv 2011.07831).</summary>
    NormBounded,

    /// <summary>Softmax attention over the list of all pairs, softmax(q·Kᵀ)V: the baseline. It grows with every write.</summary>
    Softmax,
}
