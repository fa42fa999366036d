using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>Sixteen lanes: x86-64 with AVX-512 F.</summary>
internal readonly unsafe struct Avx512Lanes : ILanes<Vector512<float>>
{
    public static bool IsSupported => Avx512F.IsSupported;

    public static int Width => 16;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Avx512F.LoadVector512(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector512<float> vector) => Avx512F.Store(destination, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) =>
        Avx512F.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => Avx512F.Add(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ReduceFloat16(uint* row, int vector) => Avx512F.And(
        Avx512F.ShiftRightArithmetic(Upper(row, vector), Float16.Shift), Vector512.Create(Float16.Keep)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WidenFloat16(uint* row, int vector)
    {
        Vector512<float> reduced = ReduceFloat16(row, vector);
        var special = Vector512.Create(Float16.Special);
        var isSpecial = Avx512F.CompareEqual(Avx512F.And(reduced.AsInt32(), special), special);
        var ones = Avx512F.And(isSpecial, Vector512.Create(Float16.AllOnes));
        return Avx512F.Or(Avx512F.Multiply(reduced, Vector512.Create(Float16.Rebias)).AsInt32(), ones).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WidenBFloat16(uint* row, int vector) =>
        Avx512F.And(Upper(row, vector), Vector512.Create(unchecked((int)0xFFFF_0000))).AsSingle();

    /// <summary>The numbers in the upper 16 bits of the lanes; the lower ones are whatever they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Upper(uint* row, int vector) => Avx512F.ShiftLeftLogicalVariable(
        Avx512F.BroadcastVector256ToVector512((long*)row).AsInt32(),
        Vector512.Create(Vector256.Create(16u), Vector256<uint>.Zero));
}
