namespace Loci.Models.Weights;

/// <summary>What a tensor is to its part of the model.</summary>
public enum TensorRole
{
    /// <summary>The token embedding. [vocabulary, width]</summary>
    Embedding,

    /// <summary>Learned positions. [positions, width]</summary>
    Positions,

    /// <summary>The norm on the embedding. [width]</summary>
    EmbeddingNorm,

    /// <summary>The norm the mixer reads through. [width]</summary>
    MixerNorm,

    /// <summary>Queries of all heads. [heads·head size, width]</summary>
    Query,

    /// <summary>Keys of all heads. [heads·head size, width]</summary>
    Key,

    /// <summary>Values of all heads. [heads·head size, width]</summary>
    Value,

    /// <summary>RMS gain of each head's query, [head size], or of all, [heads·head size].</summary>
    QueryNorm,

    /// <summary>RMS gain of each head's key, [head size], or of all, [heads·head size].</summary>
    KeyNorm,

    /// <summary>Output gate of a fast-weight layer. [heads·value size, width]</summary>
    Gate,

    /// <summary>Weights of β. [heads, width]</summary>
    Strength,

    /// <summary>Weights of α. [heads, width]</summary>
    Decay,

    /// <summary>The logarithm of α's rate. [heads]</summary>
    DecayRateLog,

    /// <summary>Added before α's softplus. [heads]</summary>
    DecayBias,

    /// <summary>Short convolution of the queries. [channels, 1, size]</summary>
    QueryConvolution,

    /// <summary>Short convolution of the keys. [channels, 1, size]</summary>
    KeyConvolution,

    /// <summary>Short convolution of the values. [channels, 1, size]</summary>
    ValueConvolution,

    /// <summary>RMS gain of each head's read. [value size]</summary>
    ReadNorm,

    /// <summary>The mixer's output projection. [width, heads·head size]</summary>
    MixerOutput,

    /// <summary>The norm on the mixer's output in sandwich models. [width]</summary>
    MixerOutputNorm,

    /// <summary>The norm the cells read through. [width]</summary>
    CellsNorm,

    /// <summary>The keys of the cells; in gated layers the content keys (up). [cells, width]</summary>
    Keys,

    /// <summary>The selector keys of gated cells. [cells, width]</summary>
    GateKeys,

    /// <summary>The weights of the router of experts. [experts, width]</summary>
    Router,

    /// <summary>The gate of the expert that every token is sent to. [1, width]</summary>
    SharedGate,

    /// <summary>The values of the cells. [width, cells]</summary>
    Values,

    /// <summary>The norm on what the cells give in sandwich models. [width]</summary>
    CellsOutputNorm,

    /// <summary>The norm before the output embedding. [width]</summary>
    FinalNorm,

    /// <summary>The output embedding where it is not the token embedding. [vocabulary, width]</summary>
    Output,
}
