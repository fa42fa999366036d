namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// The constants that widen binary16 to binary32 without a conversion instruction. Sign-extending the 16 bits and
/// shifting them left by <see cref="Shift"/> puts fraction and exponent in their places; <see cref="Keep"/> clears the
/// copies of the sign in between; multiplying by <see cref="Rebias"/> corrects the exponent's bias, exactly, and makes
/// subnormal numbers normal. An exponent of all ones (infinities and NaNs, <see cref="Special"/>) must stay all ones.
/// </summary>
internal static class Float16
{
    public const int Shift = 13;
    public const int Keep = unchecked((int)0x8FFF_E000);
    public const int Special = 0x0F80_0000;
    public const int AllOnes = 0x7F80_0000;
    public const float Rebias = 5.192296858534828e33f; // 2^112
}
