using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>The two norms of today's transformers.</summary>
public enum NormKind
{
    /// <summary>(x − mean)/√(variance + ε), times a gain, plus a bias.</summary>
    LayerNorm,

    /// <summary>x/√(mean square + ε), times a gain.</summary>
    RmsNorm,
}

/// <summary>One norm: kind, gain, bias and ε.</summary>
/// <param name="Kind">LayerNorm or RMSNorm.</param>
/// <param name="Gain">γ; for Gemma's 1 + w the one is already added. [width]</param>
/// <param name="Bias">β, or empty. [width]</param>
/// <param name="Epsilon">ε.</param>
public sealed record NormWeights(NormKind Kind, float[] Gain, float[] Bias, float Epsilon)
{
    /// <summary>Norms every row.</summary>
    /// <param name="x">[rows, width]</param>
    /// <param name="y">[rows, width]</param>
    /// <param name="inverseScale">Receives 1/σ of every row, unless empty. [rows]</param>
    public void Apply(ReadOnlySpan<float> x, Span<float> y, Span<float> inverseScale = default)
    {
        if (Kind == NormKind.LayerNorm) Norms.LayerNorm(x, Gain.Length, Gain, Bias, Epsilon, y, inverseScale);
        else Norms.RmsNorm(x, Gain.Length, Gain, Epsilon, y, inverseScale);
    }
}
