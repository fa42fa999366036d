using System.Runtime.InteropServices;
using CsCheck;

namespace Loci.Memory.Tests.Numerics;

/// <summary>
/// Comparison of floats bit for bit (all NaNs alike), and spans that start at any offset from a vector's alignment.
/// </summary>
internal static class Bits
{
    public static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])
                && !(float.IsNaN(expected[i]) && float.IsNaN(actual[i])))
                Assert.Fail($"{what} [{i}] of {expected.Length}: {expected[i]:R} became {actual[i]:R}");
    }

    /// <summary>A copy that begins <paramref name="offset"/> floats into its array.</summary>
    public static Span<float> At(int offset, ReadOnlySpan<float> x)
    {
        float[] room = new float[offset + x.Length];
        x.CopyTo(room.AsSpan(offset));
        return room.AsSpan(offset);
    }

    public static ulong Hash(ReadOnlySpan<float> x)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in MemoryMarshal.AsBytes(x)) hash = (hash ^ b) * 1099511628211;
        return hash;
    }

    /// <summary>Numbers of ordinary size, by an explicit generator: the same on every machine and version.</summary>
    public static float[] Numbers(int count, uint seed, float size = 1)
    {
        float[] x = new float[count];
        ulong state = seed * 0x9E3779B97F4A7C15 + 1;
        for (int i = 0; i < count; i++)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            x[i] = size * ((int)(state >> 40) - (1 << 23)) / (1 << 23);
        }
        return x;
    }

    public static readonly Gen<float[]> Vector = Gen.Float[-30f, 30f].Array[0, 100];

    public static readonly float[] Special =
    [
        0, -0f, float.Epsilon, -float.Epsilon, 1.1754944e-38f, -1.1754944e-38f, 1, -1, 9.5f, -9.5f, 14.3f, -14.3f,
        88, -88, 88.8f, -88.8f, 103.9f, -103.9f, 105, -105, 1e6f, -1e6f, 1e20f, -1e20f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        BitConverter.UInt32BitsToSingle(0x7FC00001), BitConverter.UInt32BitsToSingle(0xFFFFFFFF), // other NaNs
    ];
}
