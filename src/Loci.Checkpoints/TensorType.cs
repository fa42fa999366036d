namespace Loci.Checkpoints;

/// <summary>
/// The number types the safetensors format defines. Float32, Float16 and BFloat16 can be read as weights; the others
/// are listed only.
/// </summary>
public enum TensorType
{
    /// <summary>IEEE 754 binary32, «F32».</summary>
    Float32,

    /// <summary>IEEE 754 binary16, «F16».</summary>
    Float16,

    /// <summary>The upper 16 bits of a binary32, «BF16».</summary>
    BFloat16,

    /// <summary>IEEE 754 binary64, «F64».</summary>
    Float64,

    /// <summary>Two binary32, «C64».</summary>
    Complex64,

    /// <summary>8 bits: sign, 4 of exponent, 3 of mantissa, «F8_E4M3».</summary>
    Float8E4M3,

    /// <summary>8 bits: sign, 5 of exponent, 2 of mantissa, «F8_E5M2».</summary>
    Float8E5M2,

    /// <summary>8 bits of exponent, a power of two, «F8_E8M0».</summary>
    Float8E8M0,

    /// <summary>E4M3 without infinities and negative zero, «F8_E4M3FNUZ».</summary>
    Float8E4M3Fnuz,

    /// <summary>E5M2 without infinities and negative zero, «F8_E5M2FNUZ».</summary>
    Float8E5M2Fnuz,

    /// <summary>6 bits: sign, 2 of exponent, 3 of mantissa, «F6_E2M3».</summary>
    Float6E2M3,

    /// <summary>6 bits: sign, 3 of exponent, 2 of mantissa, «F6_E3M2».</summary>
    Float6E3M2,

    /// <summary>4 bits: sign, 2 of exponent, 1 of mantissa, «F4».</summary>
    Float4,

    /// <summary>A byte, 0 or 1, «BOOL».</summary>
    Boolean,

    /// <summary>«I8».</summary>
    Int8,

    /// <summary>«U8».</summary>
    UInt8,

    /// <summary>«I16».</summary>
    Int16,

    /// <summary>«U16».</summary>
    UInt16,

    /// <summary>«I32».</summary>
    Int32,

    /// <summary>«U32».</summary>
    UInt32,

    /// <summary>«I64».</summary>
    Int64,

    /// <summary>«U64».</summary>
    UInt64,
}
