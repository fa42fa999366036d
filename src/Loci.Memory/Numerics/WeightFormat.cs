namespace Loci.Memory.Numerics;

/// <summary>
/// How the numbers of a weight matrix are held in memory. 16-bit formats are widened exactly to float32 in use.
/// </summary>
public enum WeightFormat
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper 16 bits of a binary32.</summary>
    BFloat16,
}
