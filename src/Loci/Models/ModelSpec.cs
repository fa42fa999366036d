using Loci.Memory.Numerics;

namespace Loci.Models;

/// <summary>
/// What a decoder-only transformer is, in numbers and choices: everything the forward pass needs to know except the
/// weights. A family file turns a checkpoint's <c>config.json</c> into one of these.
/// </summary>
public sealed record ModelSpec
{
    /// <summary>The architecture family, as <c>model_type</c> writes it («gpt2», «llama», …).</summary>
    public required string Family { get; init; }

    /// <summary>Number of blocks, each with an attention and a feed-forward layer.</summary>
    public required int Layers { get; init; }

    /// <summary>Length d of the residual stream's vectors.</summary>
    public required int Width { get; init; }

    /// <summary>Memories of one feed-forward layer.</summary>
    public required int Cells { get; init; }

    /// <summary>Rows of the embedding: token ids are 0..Vocabulary−1.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most tokens in one sequence.</summary>
    public required int Context { get; init; }

    /// <summary>Which norm, everywhere in the model.</summary>
    public required NormKind Norm { get; init; }

    /// <summary>Added to the variance (LayerNorm) or mean square (RMSNorm) under the root.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; each serves Heads / KeyValueHeads query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Length of one head's query, key and value.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Factor on q·k, by layer. [layers]</summary>
    public required IReadOnlyList<float> AttentionScale { get; init; }

    /// <summary>Keys a query sees, itself included, by layer; 0 means all. [layers]</summary>
    public required IReadOnlyList<int> AttentionWindow { get; init; }

    /// <summary>Layers whose attention is a fast-weight memory; null for softmax attention. [layers], or empty for softmax everywhere.</summary>
    public IReadOnlyList<FastWeightSpec?> FastWeights { get; init; } = [];

    /// <summary>c in c·tanh(score/c), or 0 for none.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>Rotary positions, or null.</summary>
    public RotarySpec? Rotary { get; init; }

    /// <summary>True when a learned vector per position is added to the embedding.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>First row of the learned positions in use (2 for OPT).</summary>
    public int LearnedPositionOffset { get; init; }

    /// <summary>The non-linearity f of the feed-forward layers.</summary>
    public required Activation Activation { get; init; }

    /// <summary>True when a coefficient is f(gate·x)·(up·x), signed: every cell has two poles.</summary>
    public required bool Gated { get; init; }

    /// <summary>True when feed-forward reads the block's input beside attention, not after it (GPT-NeoX).</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>True when each branch is normed once more before it joins the stream (Gemma 2).</summary>
    public bool SandwichNorms { get; init; }

    /// <summary>True when each head's queries and keys are RMS-normed before the rotation (Qwen 3).</summary>
    public bool QueryKeyNorms { get; init; }

    /// <summary>Factor on the token embedding.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>c in c·tanh(logit/c), or 0 for none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>True when the output embedding is the input embedding.</summary>
    public required bool TiedOutput { get; init; }

    /// <summary>The id a text starts with by the config's word, if it gives one.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Ids that end a text by the config's word.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Poles of a cell: 2 in gated layers, else 1.</summary>
    public int Poles => Gated ? 2 : 1;

    /// <summary>Floats in one row of the fused query, key and value matrix of a softmax layer.</summary>
    public int QueryKeyValueWidth => (Heads + 2 * KeyValueHeads) * HeadSize;

    /// <summary>The fast-weight memory of a layer, or null where its attention is softmax.</summary>
    public FastWeightSpec? FastWeight(int layer) => FastWeights.Count == 0 ? null : FastWeights[layer];

    /// <summary>True when some layer has softmax attention.</summary>
    public bool HasSoftmax => FastWeights.Count == 0 || FastWeights.Contains(null);

    /// <summary>
    /// Most tokens of one text, or null where nothing bounds it: no learned positions, no rotary ones, and no softmax
    /// attention over the whole text.
    /// </summary>
    public int? MostTokens =>
        LearnedPositions || Rotary is not null
            || Enumerable.Range(0, Layers).Any(layer => FastWeight(layer) is null && AttentionWindow[layer] == 0)
            ? Context : null;

    /// <summary>Refuses what cannot work in the attention of some layer.</summary>
    /// <returns>Points that may not do what is expected, each a sentence.</returns>
    /// <exception cref="ArgumentException">What cannot work, with the layer and the reason.</exception>
    public IReadOnlyList<string> Check()
    {
        if (AttentionWindow.Count != Layers || AttentionScale.Count != Layers)
            throw new ArgumentException($"windows are given for {AttentionWindow.Count} and scales for {AttentionScale.Count} of {Layers} layers");
        if (FastWeights.Count != 0 && FastWeights.Count != Layers)
            throw new ArgumentException($"fast weights are given for {FastWeights.Count} of {Layers} layers");
        if (Rotary is not null && !HasSoftmax)
            throw new ArgumentException("rotary positions turn the queries and keys of softmax layers, and there is none");
        var warnings = new List<string>();
        for (int layer = 0; layer < FastWeights.Count; layer++)
        {
            if (FastWeights[layer] is not { } fast) continue;
            try
            {
                if (AttentionWindow[layer] != 0) throw new ArgumentException("a window is for softmax attention");
                warnings.AddRange(fast.Check().Select(warning => $"layer {layer}: {warning}"));
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"layer {layer}: {e.Message}", e);
            }
        }
        return warnings;
    }
}

/// <summary>The two norms of today's transformers.</summary>
public enum NormKind
{
    /// <summary>(x − mean)/√(variance + ε), times a gain, plus a bias.</summary>
    LayerNorm,

    /// <summary>x/√(mean square + ε), times a gain.</summary>
    RmsNorm,
}

/// <summary>Rotary positions (Su et al. 2021).</summary>
/// <param name="Size">Dimensions of a head that rotate, from its first; even.</param>
/// <param name="Interleaved">True for pairs (2i, 2i+1) as in llama2.c, false for (i, i + Size/2).</param>
/// <param name="InverseFrequencies">Radians a position, one per pair. [Size/2]</param>
public sealed record RotarySpec(int Size, bool Interleaved, IReadOnlyList<double> InverseFrequencies);
