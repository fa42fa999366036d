using Loci.Memory.Attention;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

/// <summary>
/// Hashes of results, the same on every machine. They were also reproduced with DOTNET_EnableAVX2=0, DOTNET_EnableAVX=0
/// and DOTNET_EnableHWIntrinsic=0, which run the kernels on 128-bit vectors without FMA and on single numbers. A
/// deliberate change of a definition changes them.
/// </summary>
public class GoldenBitsTests
{
    private static readonly float[] s_x = [.. Bits.Numbers(1000, 1, 20), .. Bits.Numbers(1003, 2, 1)];

    [Theory]
    [InlineData(Activation.Relu, 16182015078350873998)]
    [InlineData(Activation.Gelu, 16768347908494740274)]
    [InlineData(Activation.GeluTanh, 2282362790648357991)]
    [InlineData(Activation.Silu, 4802927629881470310)]
    [InlineData(Activation.QuickGelu, 12138714371214428759)]
    public void Activation_bits(Activation kind, ulong expected)
    {
        float[] y = [.. s_x];
        Activations.Apply(kind, y);
        Assert.Equal(expected, Bits.Hash(y));
    }

    [Fact]
    public void Reduction_and_norm_bits()
    {
        float[] y = new float[s_x.Length], z = [.. s_x], capped = [.. s_x], inverse = [0, 0];
        Norms.LayerNorm(s_x, s_x.Length, [], [], 1e-5f, y, inverse.AsSpan(0, 1));
        Softmax.Apply(z);
        Elementwise.SoftCap(capped, 7);
        inverse[1] = Reductions.LogSumExp(s_x);
        Assert.Equal(17142375169668122682UL, Bits.Hash([.. y, .. z, .. capped, .. inverse, Reductions.Dot(s_x, y)]));
    }

    [Fact]
    public void Rotary_bits()
    {
        var rotary = new Rotary(Rotary.Frequencies(500_000, 40), RotaryPairs.Halves, 40_000);
        float[] rows = s_x[..400];
        rotary.Apply(rows, 100, 2, 50, [0, 17, 4095, 39_999]);
        Assert.Equal(8766888108367437364UL, Bits.Hash(rows));
    }

    [Fact]
    public void Attention_bits()
    {
        const int Tokens = 70;
        float[] qkv = Bits.Numbers(Tokens * 96, 3, 2), output = new float[Tokens * 48];
        CausalAttention.Attend(
            new(4, 2, 12, 0.3f, 20, 50), qkv, 96, Tokens, 0, qkv.AsSpan(48), 96, qkv.AsSpan(72), 96, output, 48);
        Assert.Equal(15171686145871359957UL, Bits.Hash(output));
    }
}
