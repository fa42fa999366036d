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
    public static float WidenFloat16(ushort* source)
    {
        int bits = ((short)*source << Float16.Shift) & Float16.Keep;
        int wide = BitConverter.SingleToInt32Bits(BitConverter.Int32BitsToSingle(bits) * Float16.Rebias);
        return BitConverter.Int32BitsToSingle((bits & Float16.Special) == Float16.Special ? wide | Float16.AllOnes : wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WidenBFloat16(ushort* source) => BitConverter.Int32BitsToSingle(*source << 16);
}
