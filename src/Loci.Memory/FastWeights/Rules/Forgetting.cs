namespace Loci.Memory.FastWeights;

/// <summary>Where the gate α, which the memory is multiplied by before a write, comes from.</summary>
public enum Forgetting
{
    /// <summary>There is none: α = 1.</summary>
    Never,

    /// <summary>It is given with each write, in (0, 1].</summary>
    Given,

    /// <summary>α = 1 − β: all fades by as much as is written.</summary>
    ByStrength,
}
