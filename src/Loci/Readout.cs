namespace Loci;

/// <summary>
/// How a value becomes scores over the vocabulary. The final norm is (γ, β, centring C, scale
/// σ), the output embedding W.
/// </summary>
public enum Readout
{
    /// <summary>W·v: the key-value paper's, exact where a model has no final norm.</summary>
    Raw,

    /// <summary>
    /// W·(γ ⊙ C·v): what the value adds to the logits, up to the positive factor m/σ. The default for ranking.
    /// </summary>
    Folded,
}
