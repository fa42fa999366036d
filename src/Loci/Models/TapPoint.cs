namespace Loci.Models;

/// <summary>The places in a forward pass where a value can be read or changed.</summary>
public enum TapPoint
{
    /// <summary>The residual stream entering a block. [tokens, width]</summary>
    ResidualBefore,

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
