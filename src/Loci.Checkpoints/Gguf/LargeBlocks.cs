using System.Buffers.Binary;

namespace Loci.Checkpoints.Gguf;

/// <summary>
/// The «K» blocks of 256 numbers: scales of 16 or 32 numbers each, themselves scaled by the block's d and m
/// (https://github.com/ggml-org/ggml, ggml-quants.c). i is a number's place, h its half, k its place of 32 in the half.
/// </summary>
internal static class LargeBlocks
{
    public static void Q2K(ReadOnlySpan<byte> block, Span<float> y)
    {
        ReadOnlySpan<byte> scales = block[..16], low = block.Slice(16, 64);
        float d = Half(block[80..]), m = Half(block[82..]);
        for (int i = 0; i < 256; i++)
        {
            var (h, k, l) = (i / 128, i % 128 / 32, i % 32);
            int q = low[32 * h + l] >> 2 * k & 3, s = scales[i / 16];
            y[i] = d * (s & 15) * q - m * (s >> 4);
        }
    }

    public static void Q3K(ReadOnlySpan<byte> block, Span<float> y)
    {
        ReadOnlySpan<byte> mask = block[..32], low = block.Slice(32, 64), s = block.Slice(96, 12);
        float d = Half(block[108..]);
        for (int i = 0; i < 256; i++)
        {
            var (h, k, l) = (i / 128, i % 128 / 32, i % 32);
            int q = (low[32 * h + l] >> 2 * k & 3) - ((mask[l] >> 4 * h + k & 1) == 0 ? 4 : 0), j = i / 16;
            int scale = (j < 8 ? s[j] & 15 : s[j - 8] >> 4) + 16 * (s[8 + j % 4] >> 2 * (j / 4) & 3);
            y[i] = d * (scale - 32) * q;
        }
    }

    public static void Q4K(ReadOnlySpan<byte> block, Span<float> y)
    {
        ReadOnlySpan<byte> s = block.Slice(4, 12), low = block.Slice(16, 128);
        float d = Half(block), m = Half(block[2..]);
        for (int i = 0; i < 256; i++)
        {
            var (scale, minimum) = Scales(s, i / 32);
            y[i] = d * scale * Low(low, i) - m * minimum;
        }
    }

    public static void Q5K(ReadOnlySpan<byte> block, Span<float> y)
    {
        ReadOnlySpan<byte> s = block.Slice(4, 12), high = block.Slice(16, 32), low = block.Slice(48, 128);
        float d = Half(block), m = Half(block[2..]);
        for (int i = 0; i < 256; i++)
        {
            var (scale, minimum) = Scales(s, i / 32);
            y[i] = d * scale * (Low(low, i) + 16 * (high[i % 32] >> i / 32 & 1)) - m * minimum;
        }
    }

    public static void Q6K(ReadOnlySpan<byte> block, Span<float> y)
    {
        ReadOnlySpan<byte> low = block[..128], high = block.Slice(128, 64), s = block.Slice(192, 16);
        float d = Half(block[208..]);
        for (int i = 0; i < 256; i++)
        {
            var (h, k, l) = (i / 128, i % 128 / 32, i % 32);
            int b = low[64 * h + 32 * (k & 1) + l],
                q = (k > 1 ? b >> 4 : b & 15) + 16 * (high[32 * h + l] >> 2 * k & 3);
            y[i] = d * (sbyte)s[i / 16] * (q - 32);
        }
    }

    // The four low bits of Q4_K and Q5_K: 32 numbers in low nibbles, the next 32 in the high ones of the same bytes.
    private static int Low(ReadOnlySpan<byte> low, int i)
    {
        int b = low[32 * (i / 64) + i % 32];
        return (i / 32 & 1) == 0 ? b & 15 : b >> 4;
    }

    // Six bits each of the scale and minimum of 32 numbers.
    private static (int Scale, int Minimum) Scales(ReadOnlySpan<byte> s, int g) => g < 4
        ? (s[g] & 63, s[g + 4] & 63)
        : ((s[g + 4] & 15) + 16 * (s[g - 4] >> 6), (s[g + 4] >> 4) + 16 * (s[g] >> 6));

    private static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
}
