namespace Loci.Memory.FastWeights;

/// <summary>What a rule does with z, the sum of the keys: attention normalisation.</summary>
public enum KeySumUse
{
    /// <summary>No z is kept.</summary>
    None,

    /// <summary>Reads are divided by z·φ(q).</summary>
    DivideReads,

    /// <summary>Reads are divided by z·φ(q), and so is what a write corrects by z·φ(k).</summary>
    DivideReadsAndWrites,
}
