namespace Loci.Memory.FeatureMaps;

/// <summary>What is done to the features of keys and queries before they meet the memory.</summary>
public enum Normalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>
    /// φ/(Σφ + 1e-6): the weight a write adds equals the weight it removes (Schlag et al. 2021, equation 29).
    /// </summary>
    Sum,

    /// <summary>φ/‖φ‖: one write of strength 1 by the delta rule corrects fully. A zero vector stays zero.</summary>
    L2,
}
