namespace Loci.Checkpoints;

/// <summary>How the format names each number type, and how many bits one takes.</summary>
internal static class TensorTypes
{
    private static readonly (TensorType Type, string Name, int Bits)[] Known =
    [
        (TensorType.Float32, "F32", 32), (TensorType.Float16, "F16", 16), (TensorType.BFloat16, "BF16", 16),
        (TensorType.Float64, "F64", 64), (TensorType.Complex64, "C64", 64),
        (TensorType.Float8E4M3, "F8_E4M3", 8), (TensorType.Float8E5M2, "F8_E5M2", 8),
        (TensorType.Float8E8M0, "F8_E8M0", 8),
        (TensorType.Float8E4M3Fnuz, "F8_E4M3FNUZ", 8), (TensorType.Float8E5M2Fnuz, "F8_E5M2FNUZ", 8),
        (TensorType.Float6E2M3, "F6_E2M3", 6), (TensorType.Float6E3M2, "F6_E3M2", 6), (TensorType.Float4, "F4", 4),
        (TensorType.Boolean, "BOOL", 8), (TensorType.Int8, "I8", 8), (TensorType.UInt8, "U8", 8),
        (TensorType.Int16, "I16", 16), (TensorType.UInt16, "U16", 16),
        (TensorType.Int32, "I32", 32), (TensorType.UInt32, "U32", 32),
        (TensorType.Int64, "I64", 64), (TensorType.UInt64, "U64", 64),
    ];

    public static string Name(this TensorType type) => Known[IndexOf(type)].Name;

    public static int Bits(this TensorType type) => Known[IndexOf(type)].Bits;

    public static bool TryParse(string name, out TensorType type)
    {
        int at = Array.FindIndex(Known, known => known.Name == name);
        type = at < 0 ? default : Known[at].Type;
        return at >= 0;
    }

    /// <summary>
    /// Bytes that tensors of a shape take; false where the count or the size overflows 63 bits or ends mid-byte.
    /// </summary>
    public static bool TrySize(TensorType type, ReadOnlySpan<long> shape, out long bytes)
    {
        bytes = 0;
        long bits = type.Bits();
        foreach (long extent in shape)
        {
            var product = (Int128)bits * extent;
            if (extent < 0 || product > long.MaxValue) return false;
            bits = (long)product;
        }
        bytes = bits / 8;
        return bits % 8 == 0;
    }

    private static int IndexOf(TensorType type) => Array.FindIndex(Known, known => known.Type == type);
}
