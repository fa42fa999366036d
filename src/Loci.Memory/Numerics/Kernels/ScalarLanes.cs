using System.Runtime.CompilerServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>One lane: plain C#, for processors without vectors.</summary>
internal readonly unsafe struct ScalarLanes : ILanes<float>
{
    public static int Width => 1;

    public static float Zero => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, float vector) => *destination = vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float sum) => MathF.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ReduceFloat16(uint* row, int vector) =>
        BitConverter.Int32BitsToSingle(((int)Upper(row, vector) >> Float16.Shift) & Float16.Keep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WidenFloat16(uint* row, int vector)
    {
        float wide = ReduceFloat16(row, vector) * Float16.Rebias;
        return (Upper(row, vector) >> 16 & Float16.Infinity) != Float16.Infinity ? wide
            : BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(wide) | Float16.AllOnes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WidenBFloat16(uint* row, int vector) =>
        BitConverter.UInt32BitsToSingle(Upper(row, vector) & 0xFFFF_0000);

    /// <summary>The number in the upper 16 bits; the lower ones are whatever they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Upper(uint* row, int vector) =>
        vector < Panels.Width / 2 ? row[vector] << 16 : row[vector - Panels.Width / 2];
}
