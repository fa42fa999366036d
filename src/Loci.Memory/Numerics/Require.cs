using System.Runtime.CompilerServices;

namespace Loci.Memory.Numerics;

/// <summary>Argument checks whose messages carry the value and the bound.</summary>
internal static class Require
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SameLength(int expected, int actual, string name)
    {
        if (actual != expected) throw new ArgumentException($"length {actual}, must be {expected}", name);
    }

    /// <summary>A span of at least <paramref name="least"/> floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AtLeast(long least, long actual, string name)
    {
        if (actual < least) throw new ArgumentException($"{actual}, must be at least {least}", name);
    }

    /// <summary>Numbers that are all finite.</summary>
    public static void Finite(ReadOnlySpan<float> numbers, string name)
    {
        for (int i = 0; i < numbers.Length; i++)
            if (!float.IsFinite(numbers[i]))
                throw new ArgumentException(
                    $"holds {numbers[i]} at {i}: one number that is not finite would spoil the whole memory", name);
    }
}
