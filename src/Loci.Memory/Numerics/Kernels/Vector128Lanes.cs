using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>Four lanes: Arm AdvSimd, and x86 (where without FMA instructions the fused product is exact but slow).</summary>
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
    public static Vector128<float> WidenFloat16(ushort* source)
    {
        var bits = (Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)source).AsInt16()) << Float16.Shift)
            & Vector128.Create(Float16.Keep);
        var wide = (bits.AsSingle() * Vector128.Create(Float16.Rebias)).AsInt32();
        var special = Vector128.Create(Float16.Special);
        var ones = Vector128.Equals(bits & special, special) & Vector128.Create(Float16.AllOnes);
        return (wide | ones).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WidenBFloat16(ushort* source) =>
        (Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)source).AsUInt16()) << 16).AsSingle();
}
