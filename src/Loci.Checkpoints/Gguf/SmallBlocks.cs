using System.Buffers.Binary;

namespace Loci.Checkpoints.Gguf;

/// <summary>
/// The blocks of 32 numbers: a scale d, perhaps a minimum m, and numbers of few bits, those of low nibbles first
/// (https://github.com/ggml-org/ggml, ggml-quants.c).
/// </summary>
internal static class SmallBlocks
{
    private static readonly sbyte[] s_curve =
        [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    private static readonly float[] s_fp4 = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, 0, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    public static void Q4_0(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Half(block);
        for (int i = 0; i < 32; i++) y[i] = (Nibble(block[2..], i) - 8) * d;
    }

    public static void Q4_1(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Half(block), m = Half(block[2..]);
        for (int i = 0; i < 32; i++) y[i] = Nibble(block[4..], i) * d + m;
    }

    public static void Q5_0(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Half(block);
        uint high = BinaryPrimitives.ReadUInt32LittleEndian(block[2..]);
        for (int i = 0; i < 32; i++) y[i] = ((Nibble(block[6..], i) | Bit(high, i) << 4) - 16) * d;
    }

    public static void Q5_1(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Half(block), m = Half(block[2..]);
        uint high = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        for (int i = 0; i < 32; i++) y[i] = (Nibble(block[8..], i) | Bit(high, i) << 4) * d + m;
    }

    public static void Q8_0(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Half(block);
        for (int i = 0; i < 32; i++) y[i] = (sbyte)block[2 + i] * d;
    }

    public static void Iq4Nl(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Half(block);
        for (int i = 0; i < 32; i++) y[i] = s_curve[Nibble(block[2..], i)] * d;
    }

    public static void MxFp4(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = (float)Math.Pow(2, block[0] - 127);
        for (int i = 0; i < 32; i++) y[i] = s_fp4[Nibble(block[1..], i)] * d;
    }

    /// <summary>Packs 32 numbers as Q8_0: the largest becomes ±127, ties away from zero.</summary>
    public static void WriteQ8_0(ReadOnlySpan<float> x, Span<byte> block)
    {
        float most = 0;
        foreach (float number in x) most = Math.Max(most, Math.Abs(number));
        float d = most / 127, inverse = d == 0 ? 0 : 1 / d;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)d);
        for (int i = 0; i < 32; i++)
            block[2 + i] = (byte)(sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
    }

    private static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    private static int Nibble(ReadOnlySpan<byte> bytes, int i) => i < 16 ? bytes[i] & 15 : bytes[i - 16] >> 4;

    private static int Bit(uint bits, int i) => (int)(bits >> i & 1);
}
