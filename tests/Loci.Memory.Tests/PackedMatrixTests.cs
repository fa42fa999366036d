using CsCheck;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests;

public class PackedMatrixTests
{
    [Fact]
    public void Copies_give_the_packed_numbers_back()
    {
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[0, 1_000_000], Gen.Bool, Gen.Int[0, 2])
            .Sample((inputs, outputs, seed, outputsFirst, kind) =>
            {
                var random = new Random(seed);
                var format = (WeightFormat)kind;
                float[] w = new float[inputs * outputs];
                PackedMatrix packed;
                if (format == WeightFormat.Float32)
                {
                    for (int i = 0; i < w.Length; i++) w[i] = random.NextSingle();
                    packed = PackedMatrix.Pack(w, inputs, outputs, outputsFirst);
                }
                else
                {
                    ushort[] bits = new ushort[w.Length];
                    for (int i = 0; i < w.Length; i++)
                    {
                        bits[i] = (ushort)random.Next(0x7c00);
                        w[i] = format == WeightFormat.BFloat16
                            ? BitConverter.Int32BitsToSingle(
                                bits[i] << 16) : (float)BitConverter.UInt16BitsToHalf(bits[i]);
                    }
                    packed = PackedMatrix.Pack(bits, format, inputs, outputs, outputsFirst);
                }
                float At(int input, int output) =>
                    outputsFirst ? w[output * inputs + input] : w[input * outputs + output];

                float[] ofOutput = new float[inputs + 1], ofInput = new float[outputs];
                for (int o = 0; o < outputs; o++)
                {
                    packed.CopyOutput(o, ofOutput);
                    for (int i = 0; i < inputs; i++) Assert.Equal(At(i, o), ofOutput[i]);
                }
                for (int i = 0; i < inputs; i++)
                {
                    packed.CopyInput(i, ofInput);
                    for (int o = 0; o < outputs; o++) Assert.Equal(At(i, o), ofInput[o]);
                }
            }, seed: "0000KOlbLmC1", iter: 200);
    }

    [Fact]
    public void Sixteen_bits_take_half_the_memory()
    {
        var wide = PackedMatrix.Pack(new float[100 * 48], 100, 48, true);
        var narrow = PackedMatrix.Pack(new ushort[100 * 48], WeightFormat.BFloat16, 100, 48, true);
        Assert.Equal(100 * 48 * 4, wide.Bytes);
        Assert.Equal(100 * 48 * 2, narrow.Bytes);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Assert.Throws<ArgumentException>("source", () => PackedMatrix.Pack(new float[5], 3, 2, true));
        Assert.Throws<ArgumentException>(
            "source", () => PackedMatrix.Pack(ReadOnlySpan<float>.Empty, 65536, 65536, true));
        Assert.Throws<ArgumentOutOfRangeException>("inputs", () => PackedMatrix.Pack(new float[6], -3, -2, true));
        Assert.Throws<ArgumentOutOfRangeException>(
            "format", () => PackedMatrix.Pack(new ushort[6], WeightFormat.Float32, 3, 2, true));
        var w = PackedMatrix.Pack(new float[6], 3, 2, true);
        Assert.Throws<ArgumentOutOfRangeException>("output", () => w.CopyOutput(2, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>("input", () => w.CopyInput(-1, new float[2]));
        Assert.Throws<ArgumentException>("destination", () => w.CopyOutput(1, new float[2]));
        Assert.Throws<ArgumentException>("destination", () => w.CopyInput(1, new float[1]));
    }
}
