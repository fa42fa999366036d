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
    public static float WidenFiniteFloat16(ushort* source) =>
        BitConverter.Int32BitsToSingle(((short)*source << Float16.Shift) & Float16.Keep) * Float16.Rebias;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WidenFloat16(ushort* source)
    {
        float wide = WidenFiniteFloat16(source);
        return (*source & Float16.Infinity) != Float16.Infinity ? wide
            : BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(wide) | Float16.AllOnes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WidenBFloat16(ushort* source) => BitConverter.Int32BitsToSingle(*source << 16);
}
