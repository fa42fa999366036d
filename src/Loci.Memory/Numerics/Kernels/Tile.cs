using System.Runtime.CompilerServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// c [R rows, 2 vectors] = (c or 0) + x·W, in registers: 6×2 sums, two vectors of weights and one broadcast input fill
/// 15 of the 16 registers of AVX2. Every sum is one chain over the inputs in ascending order.
/// </summary>
internal static unsafe class Tile<TLanes, TVector, TStored, TRows>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TStored : IStored
    where TRows : IConstant
{
    /// <param name="x">[R, inputs], rows <paramref name="xStride"/> bytes apart.</param>
    /// <param name="xStride">Bytes.</param>
    /// <param name="w">The first row of a panel; for float32, or the first vector in it.</param>
    /// <param name="second">Where a vector fills a panel's row, bytes to the panel of the second.</param>
    /// <param name="inputs">Length of the chain.</param>
    /// <param name="c">[R, 2 vectors], rows <paramref name="cStride"/> numbers apart.</param>
    /// <param name="cStride">Numbers.</param>
    /// <param name="bias">[2 vectors], added last, or null.</param>
    /// <param name="resume">True to continue the chains that c holds, false to start from zero.</param>
    // Never inlined: guided by a profile, the runtime may draw it into its callers, where the
    // sums lose their registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(
        byte* x, nint xStride, byte* w, nint second, nint inputs, float* c, nint cStride, float* bias, bool resume)
    {
        TVector c00 = TLanes.Zero, c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
        TVector c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
        if (resume)
        {
            Load(c, ref c00, ref c01);
            if (TRows.Value > 1) Load(c + cStride, ref c10, ref c11);
            if (TRows.Value > 2) Load(c + cStride * 2, ref c20, ref c21);
            if (TRows.Value > 3) Load(c + cStride * 3, ref c30, ref c31);
            if (TRows.Value > 4) Load(c + cStride * 4, ref c40, ref c41);
            if (TRows.Value > 5) Load(c + cStride * 5, ref c50, ref c51);
        }

        byte* x3 = x + xStride * 3;
        for (; inputs > 0; inputs--)
        {
            TVector w0 = TStored.Load<TLanes, TVector>(w, 0);
            TVector w1 = TLanes.Width < Panels.Width
                ? TStored.Load<TLanes, TVector>(w, 1) : TStored.Load<TLanes, TVector>(w + second, 0);
            TVector a = TLanes.Broadcast((float*)x);
            c00 = TLanes.MultiplyAdd(a, w0, c00);
            c01 = TLanes.MultiplyAdd(a, w1, c01);
            if (TRows.Value > 1)
            {
                a = TLanes.Broadcast((float*)(x + xStride));
                c10 = TLanes.MultiplyAdd(a, w0, c10);
                c11 = TLanes.MultiplyAdd(a, w1, c11);
            }
            if (TRows.Value > 2)
            {
                a = TLanes.Broadcast((float*)(x + xStride * 2));
                c20 = TLanes.MultiplyAdd(a, w0, c20);
                c21 = TLanes.MultiplyAdd(a, w1, c21);
            }
            if (TRows.Value > 3)
            {
                a = TLanes.Broadcast((float*)x3);
                c30 = TLanes.MultiplyAdd(a, w0, c30);
                c31 = TLanes.MultiplyAdd(a, w1, c31);
            }
            if (TRows.Value > 4)
            {
                a = TLanes.Broadcast((float*)(x3 + xStride));
                c40 = TLanes.MultiplyAdd(a, w0, c40);
                c41 = TLanes.MultiplyAdd(a, w1, c41);
            }
            if (TRows.Value > 5)
            {
                a = TLanes.Broadcast((float*)(x3 + xStride * 2));
                c50 = TLanes.MultiplyAdd(a, w0, c50);
                c51 = TLanes.MultiplyAdd(a, w1, c51);
            }
            x += sizeof(float);
            x3 += sizeof(float);
            w += Panels.Width * TStored.Size;
        }

        Store(c, c00, c01, bias);
        if (TRows.Value > 1) Store(c + cStride, c10, c11, bias);
        if (TRows.Value > 2) Store(c + cStride * 2, c20, c21, bias);
        if (TRows.Value > 3) Store(c + cStride * 3, c30, c31, bias);
        if (TRows.Value > 4) Store(c + cStride * 4, c40, c41, bias);
        if (TRows.Value > 5) Store(c + cStride * 5, c50, c51, bias);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* c, ref TVector first, ref TVector second)
    {
        first = TLanes.Load(c);
        second = TLanes.Load(c + TLanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, TVector first, TVector second, float* bias)
    {
        if (bias != null)
        {
            first = TLanes.Add(first, TLanes.Load(bias));
            second = TLanes.Add(second, TLanes.Load(bias + TLanes.Width));
        }
        TLanes.Store(c, first);
        TLanes.Store(c + TLanes.Width, second);
    }
}
