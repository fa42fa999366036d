using System.Buffers.Binary;

namespace Loci.Memory.Recall;

/// <summary>
/// A sum that does not depend on the order of its terms: fixed point, so that additions are additions of integers.
/// A term is rounded once, to the nearest multiple of 2⁻⁷⁰ (ties to even), when it enters; from
/// then on nothing is lost.
/// </summary>
/// <remarks>
/// The value is High·2³⁰ + Middle·2⁻²⁰ + Low·2⁻⁷⁰ with Middle and Low in [0, 2⁵⁰): equal values have equal limbs.
/// Terms lie within ±2⁸¹, sums within ±2⁹² (<see cref="OverflowException"/> beyond). Why that suffices: the squares
/// of 10¹⁰ coefficients of 10⁵ sum to 2⁶⁷, and a single square of 10⁻⁶ is kept to 2⁻³¹ of its size.
/// The limbs of a term come from floating-point additions alone, which vectorise: s + 1.5·2⁵²·u rounds s to a multiple
/// of u and leaves the multiple in the low bits; the remainder, s minus that, is exact and goes to the next limb.
/// </remarks>
public readonly record struct ExactSum
{
    /// <summary>Size of <see cref="Write"/>'s output in bytes.</summary>
    public const int Bytes = 24;

    internal const int LimbBits = 50;
    internal const double HighUnit = 1L << 30;
    internal const double MiddleUnit = 1.0 / (1L << 20);
    internal const double LowUnit = MiddleUnit / (1L << LimbBits);

    // 1.5·2⁵²·unit: adding it rounds to multiples of the unit, for terms within ±2⁵¹ units.
    internal const double HighRound = 1.5 * (1L << 52) * HighUnit;
    internal const double MiddleRound = 1.5 * (1L << 52) * MiddleUnit;
    internal const double LowRound = 1.5 * (1L << 52) * LowUnit;

    private const double TermLimit = (1L << 51) * HighUnit;
    private const long HighLimit = 1L << 62;
    private const long LimbMask = (1L << LimbBits) - 1;

    private ExactSum(long high, long middle, long low) => (High, Middle, Low) = (high, middle, low);

    internal long High { get; }

    internal long Middle { get; }

    internal long Low { get; }

    /// <summary>−1, 0 or 1.</summary>
    public int Sign => High < 0 ? -1 : (High | Middle | Low) == 0 ? 0 : 1;

    /// <summary>A sum of one term.</summary>
    /// <exception cref="OverflowException">The term is not a number or not within ±2⁸¹.</exception>
    public static ExactSum FromDouble(double term)
    {
        if (!(Math.Abs(term) < TermLimit)) throw new OverflowException($"A term of {term} is outside ±2^81.");
        double high = term + HighRound;
        double rest = term - (high - HighRound);
        double middle = rest + MiddleRound;
        rest -= middle - MiddleRound;
        return Carry(Units(high, HighRound), Units(middle, MiddleRound), Units(rest + LowRound, LowRound));

        static long Units(double rounded, double round) =>
            BitConverter.DoubleToInt64Bits(rounded) - BitConverter.DoubleToInt64Bits(round);
    }

    /// <summary>The exact sum of both.</summary>
    /// <exception cref="OverflowException">The sum leaves ±2⁹².</exception>
    public static ExactSum operator +(ExactSum a, ExactSum b) =>
        Carry(checked(a.High + b.High), a.Middle + b.Middle, a.Low + b.Low);

    /// <inheritdoc cref="op_Addition"/>
    public static ExactSum Add(ExactSum a, ExactSum b) => a + b;

    /// <summary>The nearest double, to within two roundings.</summary>
    public double ToDouble() => High * HighUnit + Middle * MiddleUnit + Low * LowUnit;

    /// <summary>Writes the sum as three little-endian 64-bit limbs.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, High);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Middle);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Low);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are no sum.</exception>
    public static ExactSum Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes)
            throw new InvalidDataException($"A sum takes {Bytes} bytes, there are {bytes.Length}.");
        long high = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        long middle = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        long low = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        if (high is < -HighLimit or > HighLimit || (middle & ~LimbMask) != 0 || (low & ~LimbMask) != 0)
            throw new InvalidDataException($"The limbs {high}, {middle}, {low} are no sum.");
        return new(high, middle, low);
    }

    /// <summary>The sum with these limbs, of which the lower two may have outgrown their 50 bits.</summary>
    internal static ExactSum Carry(long high, long middle, long low)
    {
        middle += low >> LimbBits;
        high = checked(high + (middle >> LimbBits));
        if (high is < -HighLimit or > HighLimit) throw new OverflowException("A sum left ±2^92.");
        return new(high, middle & LimbMask, low & LimbMask);
    }
}
