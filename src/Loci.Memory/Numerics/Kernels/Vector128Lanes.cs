using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// Four lanes: Arm AdvSimd, and x86 (where without FMA instructions the fused product is exact but slow).
/// </summary>
internal readonly unsafe struct Vector128Lanes : ILanes<Vector128<float>>
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int Width => 4;

    public static Vector128<float> Zero => Vector128<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector128<float> vector) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float* source) => Vector128.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> sum) =>
        Vector128.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ReduceFloat16(uint* row, int vector) =>
        ((Upper(row, vector) >> Float16.Shift) & Vector128.Create(Float16.Keep)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WidenFloat16(uint* row, int vector)
    {
        Vector128<float> reduced = ReduceFloat16(row, vector);
        var special = Vector128.Create(Float16.Special);
        var ones = Vector128.Equals(reduced.AsInt32() & special, special) & Vector128.Create(Float16.AllOnes);
        return ((reduced * Vector128.Create(Float16.Rebias)).AsInt32() | ones).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WidenBFloat16(uint* row, int vector) =>
        (Upper(row, vector) & Vector128.Create(unchecked((int)0xFFFF_0000))).AsSingle();

    /// <summary>The numbers in the upper 16 bits of the lanes; the lower ones are whatever they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Upper(uint* row, int vector) => vector < 2
        ? Vector128.Load((int*)row + vector * Width) << 16
        : Vector128.Load((int*)row + (vector - 2) * Width);
}
