using System.Runtime.CompilerServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// y = x·W for one row and 4 or 8 vectors, or two rows and 4 vectors: with so few rows, eight sums side by
/// side hide the latency of a multiply-add, and several panels stream from memory at once. The chain is
/// whole: there is no resuming.
/// </summary>
internal static unsafe class Strip<TLanes, TVector, TStored, TRows, TVectors>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TStored : IStored
    where TRows : IConstant
    where TVectors : IConstant
{
    /// <param name="x">[R, inputs], rows <paramref name="xStride"/> bytes apart.</param>
    /// <param name="xStride">Bytes.</param>
    /// <param name="w">The first row of the first panel; for float32, or the first vector in it.</param>
    /// <param name="panel">Bytes from a panel to the next.</param>
    /// <param name="inputs">Length of the chain.</param>
    /// <param name="y">[R, V vectors], rows <paramref name="yStride"/> numbers apart.</param>
    /// <param name="yStride">Numbers.</param>
    /// <param name="bias">[V vectors], added last, or null.</param>
    // Never inlined: guided by a profile, the runtime may draw it into its callers, where the
    // sums lose their registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(
        byte* x, nint xStride, byte* w, nint panel, nint inputs, float* y, nint yStride, float* bias)
    {
        TVector s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (; inputs > 0; inputs--)
        {
            TVector a = TLanes.Broadcast((float*)x);
            if (TRows.Value == 1)
            {
                s0 = TLanes.MultiplyAdd(a, Weights(w, 0, panel), s0);
                s1 = TLanes.MultiplyAdd(a, Weights(w, 1, panel), s1);
                s2 = TLanes.MultiplyAdd(a, Weights(w, 2, panel), s2);
                s3 = TLanes.MultiplyAdd(a, Weights(w, 3, panel), s3);
                if (TVectors.Value == 8)
                {
                    s4 = TLanes.MultiplyAdd(a, Weights(w, 4, panel), s4);
                    s5 = TLanes.MultiplyAdd(a, Weights(w, 5, panel), s5);
                    s6 = TLanes.MultiplyAdd(a, Weights(w, 6, panel), s6);
                    s7 = TLanes.MultiplyAdd(a, Weights(w, 7, panel), s7);
                }
            }
            else
            {
                TVector b = TLanes.Broadcast((float*)(x + xStride));
                TVector v = Weights(w, 0, panel);
                s0 = TLanes.MultiplyAdd(a, v, s0);
                s4 = TLanes.MultiplyAdd(b, v, s4);
                v = Weights(w, 1, panel);
                s1 = TLanes.MultiplyAdd(a, v, s1);
                s5 = TLanes.MultiplyAdd(b, v, s5);
                v = Weights(w, 2, panel);
                s2 = TLanes.MultiplyAdd(a, v, s2);
                s6 = TLanes.MultiplyAdd(b, v, s6);
                v = Weights(w, 3, panel);
                s3 = TLanes.MultiplyAdd(a, v, s3);
                s7 = TLanes.MultiplyAdd(b, v, s7);
            }
            x += sizeof(float);
            w += Panels.Width * TStored.Size;
        }

        Store(y, 0, s0, bias);
        Store(y, 1, s1, bias);
        Store(y, 2, s2, bias);
        Store(y, 3, s3, bias);
        if (TRows.Value == 2)
        {
            y += yStride;
            Store(y, 0, s4, bias);
            Store(y, 1, s5, bias);
            Store(y, 2, s6, bias);
            Store(y, 3, s7, bias);
        }
        else if (TVectors.Value == 8)
        {
            Store(y, 4, s4, bias);
            Store(y, 5, s5, bias);
            Store(y, 6, s6, bias);
            Store(y, 7, s7, bias);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weights(byte* w, int vector, nint panel)
    {
        int inPanel = Panels.Width / TLanes.Width;
        return TStored.Load<TLanes, TVector>(w + vector / inPanel * panel, vector % inPanel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, int vector, TVector sum, float* bias)
    {
        int output = vector * TLanes.Width;
        TLanes.Store(y + output, bias == null ? sum : TLanes.Add(sum, TLanes.Load(bias + output)));
    }
}
