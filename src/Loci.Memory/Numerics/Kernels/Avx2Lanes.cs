using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>Eight lanes: x86-64 with AVX2 and FMA.</summary>
internal readonly unsafe struct Avx2Lanes : ILanes<Vector256<float>>
{
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Width => 8;

    public static Vector256<float> Zero => Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Avx.LoadVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector256<float> vector) => Avx.Store(destination, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float* source) => Avx.BroadcastScalarToVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
        Fma.MultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => Avx.Add(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ReduceFloat16(uint* row, int vector) => Avx2.And(
        Avx2.ShiftRightArithmetic(Upper(row, vector), Float16.Shift), Vector256.Create(Float16.Keep)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WidenFloat16(uint* row, int vector)
    {
        Vector256<float> reduced = ReduceFloat16(row, vector);
        var special = Vector256.Create(Float16.Special);
        var isSpecial = Avx2.CompareEqual(Avx2.And(reduced.AsInt32(), special), special);
        var ones = Avx2.And(isSpecial, Vector256.Create(Float16.AllOnes));
        return Avx2.Or(Avx.Multiply(reduced, Vector256.Create(Float16.Rebias)).AsInt32(), ones).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WidenBFloat16(uint* row, int vector) => vector == 0
        ? Upper(row, vector).AsSingle()
        : Avx2.And(Upper(row, vector), Vector256.Create(unchecked((int)0xFFFF_0000))).AsSingle();

    /// <summary>The numbers in the upper 16 bits of the lanes; the lower ones are whatever they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Upper(uint* row, int vector) => vector == 0
        ? Avx2.ShiftLeftLogical(Avx.LoadVector256((int*)row), 16)
        : Avx.LoadVector256((int*)row);
}
