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
}
