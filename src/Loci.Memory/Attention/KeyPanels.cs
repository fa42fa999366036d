using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Loci.Memory.Attention;

/// <summary>
/// Keys in panels of 16, each panel transposed to [headSize, 16], so that the scores of 16 keys are two vectors to
/// which every element of the query adds one fused multiply-add. Missing keys of the last panel are zeros.
/// </summary>
internal static unsafe class KeyPanels
{
    /// <summary>Keys of a panel.</summary>
    public const int Width = 16;

    /// <summary>Transposes <paramref name="count"/> keys into ⌈count/16⌉ panels.</summary>
    public static void Transpose(float* keys, nint stride, int count, int headSize, float* panels)
    {
        for (int first = 0; first < count; first += Width)
        {
            float* panel = panels + (nint)first * headSize;
            float* key = keys + first * stride;
            int present = Math.Min(Width, count - first);
            int whole = Avx.IsSupported ? headSize & ~7 : 0;
            for (int half = 0; half < Width; half += 8)
            {
                int here = Math.Clamp(present - half, 0, 8);
                int d = 0;
                if (here == 8)
                    for (; d < whole; d += 8)
                        Square(key + half * stride + d, stride, panel + d * Width + half);
                for (; d < headSize; d++)
                {
                    float* to = panel + d * Width + half;
                    for (int k = 0; k < here; k++) to[k] = key[(half + k) * stride + d];
                    for (int k = here; k < 8; k++) to[k] = 0;
                }
            }
        }
    }

    /// <summary>Eight elements of eight keys, by three rounds of interleaving.</summary>
    private static void Square(float* from, nint stride, float* to)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + stride);
        Vector256<float> c = Vector256.Load(from + 2 * stride), d = Vector256.Load(from + 3 * stride);
        Vector256<float> e = Vector256.Load(from + 4 * stride), f = Vector256.Load(from + 5 * stride);
        Vector256<float> g = Vector256.Load(from + 6 * stride), h = Vector256.Load(from + 7 * stride);
        Vector256<float> ab0 = Avx.UnpackLow(a, b), ab1 = Avx.UnpackHigh(a, b);
        Vector256<float> cd0 = Avx.UnpackLow(c, d), cd1 = Avx.UnpackHigh(c, d);
        Vector256<float> ef0 = Avx.UnpackLow(e, f), ef1 = Avx.UnpackHigh(e, f);
        Vector256<float> gh0 = Avx.UnpackLow(g, h), gh1 = Avx.UnpackHigh(g, h);
        Columns(ab0, cd0, ef0, gh0, to);
        Columns(ab1, cd1, ef1, gh1, to + 2 * Width);
    }

    /// <summary>Two pairs of columns, d and d + 4, d + 1 and d + 5, from interleaved pairs of keys.</summary>
    private static void Columns(
        Vector256<float> ab, Vector256<float> cd, Vector256<float> ef, Vector256<float> gh, float* to)
    {
        Vector256<float> abcd0 = Avx.Shuffle(ab, cd, 0x44), abcd1 = Avx.Shuffle(ab, cd, 0xEE);
        Vector256<float> efgh0 = Avx.Shuffle(ef, gh, 0x44), efgh1 = Avx.Shuffle(ef, gh, 0xEE);
        Avx.Permute2x128(abcd0, efgh0, 0x20).Store(to);
        Avx.Permute2x128(abcd1, efgh1, 0x20).Store(to + Width);
        Avx.Permute2x128(abcd0, efgh0, 0x31).Store(to + 4 * Width);
        Avx.Permute2x128(abcd1, efgh1, 0x31).Store(to + 5 * Width);
    }
}
