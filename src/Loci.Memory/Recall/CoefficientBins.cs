using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Recall;

/// <summary>
/// The bins of a cell's histogram, in ascending order of the coefficient: for each sign one bin per power of two
/// [2ᵉ, 2ᵉ⁺¹), e from −22 to 8, the outermost two open-ended, and between the signs a bin for zero alone.
/// </summary>
public static class CoefficientBins
{
    /// <summary>Number of bins.</summary>
    public const int Count = 2 * Exponents + 1;

    /// <summary>The bin of zero; the bins above it are positive, those below negative.</summary>
    public const int Zero = Exponents;

    /// <summary>Exponent of the bins next to zero, which also hold every smaller magnitude.</summary>
    public const int LowestExponent = -22;

    /// <summary>Exponent of the outermost bins, which also hold every greater magnitude.</summary>
    public const int HighestExponent = 8;

    private const int Exponents = HighestExponent - LowestExponent + 1;

    /// <summary>
    /// Slots a cell takes in a counting table. Slot 0 is zero, 1..31 are the positive exponents, 33..63 the negative,
    /// and 32 stays empty: a slot is then a few bit operations away from the float.
    /// </summary>
    internal const int Slots = 64;

    private const int NegativeSlots = 32;

    /// <summary>The bin of a finite coefficient.</summary>
    public static int Of(float coefficient)
    {
        if (coefficient == 0) return Zero;
        int exponent = Math.Clamp(MathF.ILogB(coefficient), LowestExponent, HighestExponent) - LowestExponent + 1;
        return coefficient > 0 ? Zero + exponent : Zero - exponent;
    }

    /// <summary>The magnitudes of a bin, [Lower, Upper): (0, 0) for zero, +∞ above for the outermost.</summary>
    public static (double Lower, double Upper) Magnitudes(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bin, Count);
        int exponent = Math.Abs(bin - Zero) + LowestExponent - 1;
        return exponent < LowestExponent
            ? (0, 0)
            : (exponent == LowestExponent ? 0 : Math.ScaleB(1, exponent),
                exponent == HighestExponent ? double.PositiveInfinity : Math.ScaleB(1, exponent + 1));
    }

    /// <summary>Prefixes in the bins of one sign.</summary>
    internal static long Firings(ReadOnlySpan<long> histogram, Pole pole)
    {
        long sum = 0;
        foreach (long count in pole == Pole.Positive ? histogram[(Zero + 1)..] : histogram[..Zero]) sum += count;
        return sum;
    }

    /// <summary>
    /// For eight finite coefficients of neighbouring cells, each one's count in a table [8 cells, slots] of 32-bit
    /// counts, in bytes from the table's start.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<uint> CountOffsets(Vector256<float> coefficients)
    {
        // A slot is four bytes, so that the exponent is wanted two bits up.
        const int belowLowest = (127 + LowestExponent - 1) << 2;
        var bits = coefficients.AsInt32();
        var exponent = ((bits & Vector256.Create(0xFF << 23)) >>> 21) - Vector256.Create(belowLowest);
        var offset = Vector256.Min(Vector256.Max(exponent, Vector256.Create(1 << 2)), Vector256.Create(Exponents << 2));
        offset |= (bits >>> 24) & Vector256.Create(NegativeSlots << 2);
        offset = Vector256.AndNot(offset, Vector256.Equals(coefficients, Vector256<float>.Zero).AsInt32());
        return (offset | Vector256.CreateSequence(0, Slots << 2)).AsUInt32();
    }

    /// <summary>The slot that counts a bin.</summary>
    internal static int SlotOf(int bin) => bin >= Zero ? bin - Zero : NegativeSlots + (Zero - bin);
}
