using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>Finds the numbers that are not zero, eight at a time and without a branch for each.</summary>
internal static unsafe class NonZeros<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Indices the last step may write beyond those it found.</summary>
    public const int Slack = 8;

    // For each set of eight, its members in ascending order, a byte each.
    private static readonly ulong[] s_members = Members();

    /// <summary>Writes their indices in ascending order and returns how many there are.</summary>
    /// <param name="numbers">[count]</param>
    /// <param name="count">How many to look at.</param>
    /// <param name="indices">Room for count + <see cref="Slack"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Find(T* numbers, int count, int* indices)
    {
        int found = 0, i = 0;
        fixed (ulong* members = s_members)
        {
            for (; i <= count - 8; i += 8)
            {
                uint set = Set(numbers + i);
                if (Avx2.IsSupported)
                {
                    Vector256<int> at = Avx2.ConvertToVector256Int32((byte*)(members + set)) + Vector256.Create(i);
                    at.Store(indices + found);
                }
                else
                {
                    for (int n = 0; n < 8; n++) indices[found + n] = i + (byte)(members[set] >> (8 * n));
                }
                found += BitOperations.PopCount(set);
            }
        }
        for (; i < count; i++)
            if (numbers[i] != T.Zero) indices[found++] = i;
        return found;
    }

    private static uint Set(T* numbers)
    {
        if (sizeof(T) == sizeof(float))
            return ~Vector256.Equals(Vector256.Load(numbers), Vector256<T>.Zero).ExtractMostSignificantBits() & 0xFF;
        uint low = Vector256.Equals(Vector256.Load(numbers), Vector256<T>.Zero).ExtractMostSignificantBits();
        uint high = Vector256.Equals(Vector256.Load(numbers + 4), Vector256<T>.Zero).ExtractMostSignificantBits();
        return ~(low | high << 4) & 0xFF;
    }

    private static ulong[] Members()
    {
        ulong[] members = new ulong[256];
        for (int set = 0; set < 256; set++)
            for (int bit = 0, n = 0; bit < 8; bit++)
                if ((set >> bit & 1) != 0) members[set] |= (ulong)bit << (8 * n++);
        return members;
    }
}
