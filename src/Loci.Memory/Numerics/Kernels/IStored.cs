using System.Runtime.CompilerServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>How a weight lies in memory, and how it becomes float32 lanes.</summary>
internal unsafe interface IStored
{
    /// <summary>Bytes of one weight.</summary>
    static abstract int Size { get; }

    /// <summary>One vector out of a row of a panel.</summary>
    static abstract TVector Load<TLanes, TVector>(byte* row, int vector)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged;
}

/// <summary><see cref="WeightFormat.Float32"/>.</summary>
internal readonly unsafe struct StoredFloat32 : IStored
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(byte* row, int vector)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged => TLanes.Load((float*)row + vector * TLanes.Width);
}

/// <summary>
/// <see cref="WeightFormat.Float16"/>, all of them finite, for inputs magnified in turn (see <see cref="Float16"/>).
/// </summary>
internal readonly unsafe struct ReducedFloat16 : IStored
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(byte* row, int vector)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged => TLanes.ReduceFloat16((uint*)row, vector);
}

/// <summary><see cref="WeightFormat.Float16"/>.</summary>
internal readonly unsafe struct StoredFloat16 : IStored
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(byte* row, int vector)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged => TLanes.WidenFloat16((uint*)row, vector);
}

/// <summary><see cref="WeightFormat.BFloat16"/>.</summary>
internal readonly unsafe struct StoredBFloat16 : IStored
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(byte* row, int vector)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged => TLanes.WidenBFloat16((uint*)row, vector);
}
