namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// The constants that widen binary16 to binary32 without a conversion instruction. From the upper half of 32 bits, an
/// arithmetic shift to the right by <see cref="Shift"/> brings exponent and fraction to their places;
/// <see cref="Keep"/> clears the copies of the sign in between and what came from the lower half; multiplying by
/// <see cref="Rebias"/> corrects the exponent's bias, exactly, and makes subnormal numbers normal. That is all for finite
/// numbers. An exponent of all ones (infinities and NaNs, <see cref="Special"/>) must stay all ones.
/// </summary>
internal static class Float16
{
    public const int Shift = 3;
    public const int Keep = unchecked((int)0x8FFF_E000);
    public const int Infinity = 0x7C00;
    public const int Special = 0x0F80_0000;
    public const int AllOnes = 0x7F80_0000;
    public const float Rebias = 5.192296858534828e33f; // 2^112
}
