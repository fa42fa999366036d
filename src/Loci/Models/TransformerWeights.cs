using Loci.Memory.Numerics;

namespace Loci.Models;

/// <summary>The weights of a model, packed for <see cref="MatrixProduct"/>. Shapes follow the spec.</summary>
public sealed record TransformerWeights
{
    /// <summary>Token embedding as the output layer sees it: column t is token t's vector. [width → vocabulary]</summary>
    public required PackedMatrix Embedding { get; init; }

    /// <summary>The output embedding; the same object as <see cref="Embedding"/> when tied. [width → vocabulary]</summary>
    public required PackedMatrix Output { get; init; }

    /// <summary>Learned positions, or empty. [positions, width]</summary>
    public float[] Positions { get; init; } = [];

    /// <summary>The norm before the output embedding.</summary>
    public required NormWeights FinalNorm { get; init; }

    /// <summary>The blocks, from the input up. [layers]</summary>
    public required IReadOnlyList<LayerWeights> Layers { get; init; }
}

/// <summary>The weights of one block.</summary>
public sealed record LayerWeights
{
    /// <summary>The norm the attention reads through.</summary>
    public required NormWeights AttentionNorm { get; init; }

    /// <summary>
    /// Queries of all heads, then keys, then values; in fast-weight layers followed by what there is of gates, strengths
    /// and decays. [width → (heads + 2·key-value heads)·head size, or the fast-weight spec's projected width]
    /// </summary>
    public required PackedMatrix QueryKeyValue { get; init; }

    /// <summary>Their bias, or empty.</summary>
    public float[] QueryKeyValueBias { get; init; } = [];

    /// <summary>RMS gain of each head's query, or empty. [head size]</summary>
    public float[] QueryGain { get; init; } = [];

    /// <summary>RMS gain of each head's key, or empty. [head size]</summary>
    public float[] KeyGain { get; init; } = [];

    /// <summary>What a fast-weight layer has beside matrices, else null.</summary>
    public FastWeightParameters? FastWeight { get; init; }

    /// <summary>Attention's output projection. [heads·head size → width]</summary>
    public required PackedMatrix AttentionOutput { get; init; }

    /// <summary>Its bias, or empty. [width]</summary>
    public float[] AttentionOutputBias { get; init; } = [];

    /// <summary>The norm on attention's output in sandwich models, else null.</summary>
    public NormWeights? PostAttentionNorm { get; init; }

    /// <summary>The norm the feed-forward layer reads through.</summary>
    public required NormWeights FeedForwardNorm { get; init; }

    /// <summary>The keys of the cells; in gated layers the content keys (up). [width → cells]</summary>
    public required PackedMatrix Keys { get; init; }

    /// <summary>The keys' thresholds, or empty. [cells]</summary>
    public float[] KeyBias { get; init; } = [];

    /// <summary>The selector keys of a gated layer, else null. [width → cells]</summary>
    public PackedMatrix? GateKeys { get; init; }

    /// <summary>The values: input i is the value of cell i. [cells → width]</summary>
    public required PackedMatrix Values { get; init; }

    /// <summary>The memory that is always on, or empty. [width]</summary>
    public float[] ValueBias { get; init; } = [];

    /// <summary>The norm on the feed-forward output in sandwich models, else null.</summary>
    public NormWeights? PostFeedForwardNorm { get; init; }
}

/// <summary>The small parameters of a fast-weight layer; what its spec leaves out is empty.</summary>
public sealed record FastWeightParameters
{
    /// <summary>Factors of the short convolution, the last row for the token itself. [size, queries | keys | values]</summary>
    public float[] Convolution { get; init; } = [];

    /// <summary>RMS gain of each head's read. [value size]</summary>
    public float[] ReadGain { get; init; } = [];

    /// <summary>Rate of α, above 0. [heads]</summary>
    public float[] DecayRate { get; init; } = [];

    /// <summary>Added before α's softplus. [heads]</summary>
    public float[] DecayBias { get; init; } = [];
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
