using Loci.Memory.Attention;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// Softmax attention: the memory is the list of all tokens so far, softmax(q·Kᵀ)·V (Vaswani et al.
/// 2017, arXiv 1706.03762).
/// </summary>
public sealed record SoftmaxSpec : MixerSpec
{
    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; each serves Heads / KeyValueHeads query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Length of one head's query, key and value.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Factor on q·k.</summary>
    public required float Scale { get; init; }

    /// <summary>Keys a query sees, itself included; 0 means all.</summary>
    public int Window { get; init; }

    /// <summary>c in c·tanh(score/c), or 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>Rotary positions, or null.</summary>
    public RotarySpec? Rotary { get; init; }

    /// <summary>True when each head's queries and keys are RMS-normed before the rotation (Qwen 3).</summary>
    public bool QueryKeyNorms { get; init; }

    /// <summary>True when those norms run over all heads at once, with a gain for each number (OLMo 2).</summary>
    public bool WholeQueryKeyNorms { get; init; }

    /// <summary>What scores lose with distance, or null (Bloom).</summary>
    public AlibiSlopes? Alibi { get; init; }

    /// <summary>True when queries, keys and values have a bias.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>True when the output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Length of the queries of all heads, and of what the output projection reads.</summary>
    public int QueryWidth => Heads * HeadSize;

    /// <summary>Length of the keys, or the values, of all heads.</summary>
    public int KeyWidth => KeyValueHeads * HeadSize;

    /// <summary>Floats in one row of the fused projection: queries, keys, values.</summary>
    public int ProjectedWidth => QueryWidth + 2 * KeyWidth;

    /// <inheritdoc/>
    public override bool IsUnbounded => Rotary is null && Window > 0;

    /// <summary>Floats of a query that are normed together.</summary>
    internal int QueryNormSize => WholeQueryKeyNorms ? QueryWidth : HeadSize;

    /// <summary>Floats of a key that are normed together.</summary>
    internal int KeyNormSize => WholeQueryKeyNorms ? KeyWidth : HeadSize;

    internal AttentionShape Shape => new(Heads, KeyValueHeads, HeadSize, Scale, SoftCap, Window, Alibi);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Check()
    {
        Shape.Check();
        if (Rotary is { } rotary && rotary.Size > HeadSize)
            throw new ArgumentException($"{rotary.Size} dimensions rotate in a head of {HeadSize}");
        if (WholeQueryKeyNorms && !QueryKeyNorms)
            throw new ArgumentException("norms over all heads at once, and no norms of queries and keys");
        return [];
    }

    internal override IReadOnlyList<TensorSlot> Projected(int width, int layer) =>
    [
        TensorSlot.OfBlock(TensorRole.Query, layer, QueryWidth, width),
        TensorSlot.OfBlock(TensorRole.Key, layer, KeyWidth, width),
        TensorSlot.OfBlock(TensorRole.Value, layer, KeyWidth, width),
    ];

    internal override Mixer Create(ModelSpec model, int layer, RotaryTables rotary) =>
        new SoftmaxMixer(this, model, layer, rotary);

    internal override MixerState CreateState() => new SoftmaxState(Shape);
}
