using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Attention;

/// <summary>
/// Σ weight[j]·value[j] over keys: each element one chain of fused multiply-adds over the keys, ascending. A call
/// continues the chains that <c>sums</c> holds, so a row may be summed in pieces without a change of bits.
/// </summary>
internal static unsafe class ValueKernel
{
    /// <summary>Four rows over the same keys.</summary>
    /// <param name="weights">Four pointers to [count].</param>
    /// <param name="values">[count, stride]</param>
    /// <param name="stride">Floats between values.</param>
    /// <param name="count">Number of keys.</param>
    /// <param name="width">Floats of a value, a multiple of 8.</param>
    /// <param name="sums">[4, width]</param>
    public static void Four(float** weights, float* values, nint stride, int count, int width, float* sums)
    {
        float* w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
        int d = 0;
        for (; d <= width - 16; d += 16)
        {
            float* r0 = sums + d, r1 = r0 + width, r2 = r1 + width, r3 = r2 + width, v = values + d;
            Vector256<float> s00 = Vector256.Load(r0), s01 = Vector256.Load(r0 + 8);
            Vector256<float> s10 = Vector256.Load(r1), s11 = Vector256.Load(r1 + 8);
            Vector256<float> s20 = Vector256.Load(r2), s21 = Vector256.Load(r2 + 8);
            Vector256<float> s30 = Vector256.Load(r3), s31 = Vector256.Load(r3 + 8);
            for (nint j = 0; j < count; j++, v += stride)
            {
                Vector256<float> v0 = Vector256.Load(v), v1 = Vector256.Load(v + 8);
                Vector256<float> w = Vector256.Create(w0[j]);
                s00 = Vector256.FusedMultiplyAdd(w, v0, s00);
                s01 = Vector256.FusedMultiplyAdd(w, v1, s01);
                w = Vector256.Create(w1[j]);
                s10 = Vector256.FusedMultiplyAdd(w, v0, s10);
                s11 = Vector256.FusedMultiplyAdd(w, v1, s11);
                w = Vector256.Create(w2[j]);
                s20 = Vector256.FusedMultiplyAdd(w, v0, s20);
                s21 = Vector256.FusedMultiplyAdd(w, v1, s21);
                w = Vector256.Create(w3[j]);
                s30 = Vector256.FusedMultiplyAdd(w, v0, s30);
                s31 = Vector256.FusedMultiplyAdd(w, v1, s31);
            }
            s00.Store(r0);
            s01.Store(r0 + 8);
            s10.Store(r1);
            s11.Store(r1 + 8);
            s20.Store(r2);
            s21.Store(r2 + 8);
            s30.Store(r3);
            s31.Store(r3 + 8);
        }
        for (; d < width; d += 8)
        {
            float* r0 = sums + d, r1 = r0 + width, r2 = r1 + width, r3 = r2 + width, v = values + d;
            Vector256<float> s0 = Vector256.Load(r0), s1 = Vector256.Load(r1);
            Vector256<float> s2 = Vector256.Load(r2), s3 = Vector256.Load(r3);
            for (nint j = 0; j < count; j++, v += stride)
            {
                Vector256<float> v0 = Vector256.Load(v);
                s0 = Vector256.FusedMultiplyAdd(Vector256.Create(w0[j]), v0, s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.Create(w1[j]), v0, s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.Create(w2[j]), v0, s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.Create(w3[j]), v0, s3);
            }
            s0.Store(r0);
            s1.Store(r1);
            s2.Store(r2);
            s3.Store(r3);
        }
    }

    /// <summary>One row.</summary>
    public static void One(float* weights, float* values, nint stride, int count, int width, float* sums)
    {
        int d = 0;
        for (; d <= width - 64; d += 64) Eight(weights, values + d, stride, count, sums + d);
        for (; d <= width - 16; d += 16)
        {
            float* v = values + d;
            Vector256<float> s0 = Vector256.Load(sums + d), s1 = Vector256.Load(sums + d + 8);
            for (nint j = 0; j < count; j++, v += stride)
            {
                Vector256<float> w = Vector256.Create(weights[j]);
                s0 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v), s0);
                s1 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 8), s1);
            }
            s0.Store(sums + d);
            s1.Store(sums + d + 8);
        }
        for (; d < width; d += 8)
        {
            float* v = values + d;
            Vector256<float> s = Vector256.Load(sums + d);
            for (nint j = 0; j < count; j++, v += stride)
                s = Vector256.FusedMultiplyAdd(Vector256.Create(weights[j]), Vector256.Load(v), s);
            s.Store(sums + d);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Eight(float* weights, float* v, nint stride, int count, float* sums)
    {
        Vector256<float> s0 = Vector256.Load(sums), s1 = Vector256.Load(sums + 8);
        Vector256<float> s2 = Vector256.Load(sums + 16), s3 = Vector256.Load(sums + 24);
        Vector256<float> s4 = Vector256.Load(sums + 32), s5 = Vector256.Load(sums + 40);
        Vector256<float> s6 = Vector256.Load(sums + 48), s7 = Vector256.Load(sums + 56);
        for (nint j = 0; j < count; j++, v += stride)
        {
            Vector256<float> w = Vector256.Create(weights[j]);
            s0 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v), s0);
            s1 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 8), s1);
            s2 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 16), s2);
            s3 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 24), s3);
            s4 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 32), s4);
            s5 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 40), s5);
            s6 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 48), s6);
            s7 = Vector256.FusedMultiplyAdd(w, Vector256.Load(v + 56), s7);
        }
        s0.Store(sums);
        s1.Store(sums + 8);
        s2.Store(sums + 16);
        s3.Store(sums + 24);
        s4.Store(sums + 32);
        s5.Store(sums + 40);
        s6.Store(sums + 48);
        s7.Store(sums + 56);
    }
}
