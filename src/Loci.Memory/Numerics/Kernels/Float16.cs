using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// How binary16 becomes binary32 without a conversion instruction. From the upper half of 32 bits, an arithmetic shift
/// to the right by <see cref="Shift"/> brings exponent and fraction to their places, and <see cref="Keep"/> clears the
/// copies of the sign in between and what came from the lower half. Of a finite number that leaves the number divided
/// by <see cref="Rebias"/>, exactly; multiplied by it, subnormal numbers become normal, and an exponent of all ones
/// (infinities and NaNs, <see cref="Special"/>) must be made all ones again.
/// </summary>
internal static unsafe class Float16
{
    public const int Shift = 3;
    public const int Keep = unchecked((int)0x8FFF_E000);
    public const int Infinity = 0x7C00;
    public const int Special = 0x0F80_0000;
    public const int AllOnes = 0x7F80_0000;
    public const float Rebias = 5.192296858534828e33f; // 2^112

    /// <summary>
    /// Multiplies by <see cref="Rebias"/>: a fused multiply-add of the result and a reduced weight sees the very
    /// product of the number and the weight.
    /// </summary>
    /// <returns>False if a number is too large for it (2^16 or more), or not finite.</returns>
    public static bool TryMagnify(float* source, float* destination, nint count)
    {
        var zeros = Vector128<float>.Zero; // times anything: NaN for infinities and NaNs, else zero
        nint i = 0;
        for (; i <= count - Vector128<float>.Count; i += Vector128<float>.Count)
        {
            Vector128<float> magnified = Vector128.Load(source + i) * Rebias;
            magnified.Store(destination + i);
            zeros += magnified * 0;
        }
        float zero = Vector128.Sum(zeros);
        for (; i < count; i++)
        {
            destination[i] = source[i] * Rebias;
            zero += destination[i] * 0;
        }
        return zero == 0;
    }
}
