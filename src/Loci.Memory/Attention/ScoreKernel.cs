using System.Runtime.Intrinsics;

namespace Loci.Memory.Attention;

/// <summary>
/// q·k for panels of keys: each score one chain of fused multiply-adds over the head, ascending, from zero.
/// </summary>
internal static unsafe class ScoreKernel
{
    /// <summary>Four queries against 16 keys.</summary>
    /// <param name="queries">Four pointers to [headSize].</param>
    /// <param name="headSize">Length of the chains.</param>
    /// <param name="panel">[headSize, 16]</param>
    /// <param name="scores">Receives 16 scores at each of four rows.</param>
    /// <param name="stride">Floats between rows of scores.</param>
    public static void Four(float** queries, int headSize, float* panel, float* scores, nint stride)
    {
        float* q0 = queries[0], q1 = queries[1], q2 = queries[2], q3 = queries[3];
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector256<float> s20 = default, s21 = default, s30 = default, s31 = default;
        for (nint d = 0; d < headSize; d++)
        {
            Vector256<float> k0 = Vector256.Load(panel), k1 = Vector256.Load(panel + 8);
            panel += KeyPanels.Width;
            Vector256<float> q = Vector256.Create(q0[d]);
            s00 = Vector256.FusedMultiplyAdd(q, k0, s00);
            s01 = Vector256.FusedMultiplyAdd(q, k1, s01);
            q = Vector256.Create(q1[d]);
            s10 = Vector256.FusedMultiplyAdd(q, k0, s10);
            s11 = Vector256.FusedMultiplyAdd(q, k1, s11);
            q = Vector256.Create(q2[d]);
            s20 = Vector256.FusedMultiplyAdd(q, k0, s20);
            s21 = Vector256.FusedMultiplyAdd(q, k1, s21);
            q = Vector256.Create(q3[d]);
            s30 = Vector256.FusedMultiplyAdd(q, k0, s30);
            s31 = Vector256.FusedMultiplyAdd(q, k1, s31);
        }
        s00.Store(scores);
        s01.Store(scores + 8);
        scores += stride;
        s10.Store(scores);
        s11.Store(scores + 8);
        scores += stride;
        s20.Store(scores);
        s21.Store(scores + 8);
        scores += stride;
        s30.Store(scores);
        s31.Store(scores + 8);
    }

    /// <summary>
    /// One query against four panels: as many independent chains as keep the multiply-add units busy.
    /// </summary>
    public static void One(float* query, int headSize, float* panels, float* scores)
    {
        nint panel = (nint)headSize * KeyPanels.Width;
        float* p0 = panels, p1 = p0 + panel, p2 = p1 + panel, p3 = p2 + panel;
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector256<float> s4 = default, s5 = default, s6 = default, s7 = default;
        for (nint d = 0, at = 0; d < headSize; d++, at += KeyPanels.Width)
        {
            Vector256<float> q = Vector256.Create(query[d]);
            s0 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p0 + at), s0);
            s1 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p0 + at + 8), s1);
            s2 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p1 + at), s2);
            s3 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p1 + at + 8), s3);
            s4 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p2 + at), s4);
            s5 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p2 + at + 8), s5);
            s6 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p3 + at), s6);
            s7 = Vector256.FusedMultiplyAdd(q, Vector256.Load(p3 + at + 8), s7);
        }
        s0.Store(scores);
        s1.Store(scores + 8);
        s2.Store(scores + 16);
        s3.Store(scores + 24);
        s4.Store(scores + 32);
        s5.Store(scores + 40);
        s6.Store(scores + 48);
        s7.Store(scores + 56);
    }
}
