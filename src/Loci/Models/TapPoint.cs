namespace Loci.Models;

/// <summary>The places in a forward pass where a value can be read or changed.</summary>
public enum TapPoint
{
    /// <summary>The residual stream entering a block. [tokens, width]</summary>
    ResidualBefore,

    /// <summary>
    /// Queries of all heads: in softmax layers normed and rotated, in fast-weight layers before φ.
    /// [tokens, heads·head size]
    /// </summary>
    Queries,

    /// <summary>
    /// The keys that are written to the memory of the context, as the queries are. [tokens, key heads·head size]
    /// </summary>
    Keys,

    /// <summary>The values that are written under them. [tokens, key heads·value size]</summary>
    Values,

    /// <summary>How strongly a fast-weight layer writes, β. [tokens, heads]</summary>
    Strengths,

    /// <summary>
    /// How much a token of a softmax layer attends to each token, head by head; they sum to 1. The keys are those of
    /// the longest sequence of the batch, and of the memory before it. [tokens, heads, keys]
    /// </summary>
    Patterns,

    /// <summary>What each head reads, before the output projection. [tokens, heads·value size]</summary>
    HeadOutputs,

    /// <summary>What the attention branch adds to the stream. [tokens, width]</summary>
    Attention,

    /// <summary>The stream after attention was added. [tokens, width]</summary>
    ResidualMiddle,

    /// <summary>The x that meets the keys of the feed-forward layer. [tokens, width]</summary>
    FeedForwardInput,

    /// <summary>The memory coefficients m, the input of the values. [tokens, cells]</summary>
    Coefficients,

    /// <summary>What the feed-forward branch adds to the stream, output bias included. [tokens, width]</summary>
    FeedForward,

    /// <summary>The stream leaving a block. [tokens, width]</summary>
    ResidualAfter,

    /// <summary>The scores of the next token; the layer is 0. [tokens, vocabulary]</summary>
    Logits,
}

/// <summary>
/// Called at every tap point of a forward pass. Whatever it leaves in <paramref name="values"/> is what the pass goes
/// on with, so that reading is looking, and an intervention is writing.
/// </summary>
/// <param name="point">Where the pass is.</param>
/// <param name="layer">The block, from 0.</param>
/// <param name="values">One row per token of the batch.</param>
/// <param name="batch">Whose tokens they are.</param>
public delegate void Tap(TapPoint point, int layer, Span<float> values, Batch batch);

/// <summary>
/// Which points inside the memories of the context a tap is called at; showing them costs copies, patterns
/// an attention of their own.
/// </summary>
[Flags]
public enum AttentionTaps
{
    /// <summary>None: the points between blocks and memories alone.</summary>
    None = 0,

    /// <summary>Queries, keys, values, strengths, and what each head reads.</summary>
    Heads = 1,

    /// <summary><see cref="TapPoint.Patterns"/>.</summary>
    Patterns = 2,
}
