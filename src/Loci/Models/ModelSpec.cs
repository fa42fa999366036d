using Loci.Memory.Recall;
using Loci.Models.Blocks;

namespace Loci.Models;

/// <summary>
/// What a decoder-only transformer is, in numbers and choices: an embedding, a list of blocks, a head. Everything the
/// forward pass needs to know except the weights. A family file turns a checkpoint's <c>config.json</c> into one of
/// these.
/// </summary>
public sealed record ModelSpec
{
    /// <summary>The architecture family, as <c>model_type</c> writes it («gpt2», «llama», …).</summary>
    public required string Family { get; init; }

    /// <summary>Length d of the residual stream's vectors.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the embedding: token ids are 0..Vocabulary−1.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most tokens in one sequence.</summary>
    public required int Context { get; init; }

    /// <summary>Which norm, everywhere in the model.</summary>
    public required NormKind Norm { get; init; }

    /// <summary>Added to the variance (LayerNorm) or mean square (RMSNorm) under the root.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>False where LayerNorm has no bias (Cohere, MPT); RMSNorm has none in any case.</summary>
    public bool NormBias { get; init; } = true;

    /// <summary>False where norms have no gain (OLMo).</summary>
    public bool NormGain { get; init; } = true;

    /// <summary>The blocks, from the input up.</summary>
    public required IReadOnlyList<BlockSpec> Blocks { get; init; }

    /// <summary>How the stream becomes scores.</summary>
    public required HeadSpec Head { get; init; }

    /// <summary>True when a learned vector per position is added to the embedding.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>First row of the learned positions in use (2 for OPT).</summary>
    public int LearnedPositionOffset { get; init; }

    /// <summary>Factor on the token embedding.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>True when the embedding is normed before the first block (Bloom).</summary>
    public bool EmbeddingNorm { get; init; }

    /// <summary>The id a text starts with by the config's word, if it gives one.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Ids that end a text by the config's word.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Number of blocks.</summary>
    public int Layers => Blocks.Count;

    /// <summary>Cells of all blocks.</summary>
    public long TotalCells => Blocks.Sum(block => (long)block.Cells.Count);

    /// <summary>Experts to choose from in every layer, 1 in one that has none; empty where no layer has.</summary>
    public IReadOnlyList<int> ExpertsPerLayer => Blocks.Any(block => block.Cells.Experts is not null)
        ? [.. Blocks.Select(block => block.Cells.Experts?.Count ?? 1)]
        : [];

    /// <summary>True where some layer's cells are gated, so that cells have two poles there.</summary>
    public bool HasGatedCells => Blocks.Any(block => block.Cells.Gated);

    /// <summary>
    /// Most tokens of one text, or null where nothing bounds it: no learned positions, no rotary ones, and no softmax
    /// attention over the whole text.
    /// </summary>
    public int? MostTokens => LearnedPositions || Blocks.Any(block => !block.Mixer.IsUnbounded) ? Context : null;

    /// <summary>
    /// Tokens of the texts that a model without bound was trained on, by its config's word; null where the context
    /// bounds its texts.
    /// </summary>
    public int? TrainedLength => MostTokens is null ? Context : null;

    /// <summary>Refuses a cell that the model does not have.</summary>
    /// <exception cref="LociException">There is no such layer, no such cell in it, or no such pole.</exception>
    public void Require(CellId cell)
    {
        if (cell.Layer < 0 || cell.Layer >= Layers)
            throw new LociException($"There is no cell {cell}: the model has {Layers} layers, L0 to L{Layers - 1}.");
        var cells = Blocks[cell.Layer].Cells;
        if (cell.Index < 0 || cell.Index >= cells.Count)
            throw new LociException(
                $"There is no cell {cell}: layer {cell.Layer} has the cells 0 to {cells.Count - 1}.");
        if (cell.Pole == Pole.Negative && !cells.Gated)
            throw new LociException(
                $"There is no cell {cell}: the cells of layer {cell.Layer} are not gated and have one pole.");
    }

    /// <summary>The same blocks with other mixers.</summary>
    internal ModelSpec WithSoftmax(Func<SoftmaxSpec, int, SoftmaxSpec> change) => this with
    {
        Blocks = [
            .. Blocks.Select((block, layer) => block.Mixer is SoftmaxSpec softmax
                ? block with { Mixer = change(softmax, layer) }
                : block)],
    };

    /// <summary>Refuses what cannot work in some block.</summary>
    /// <returns>Points that may not do what is expected, each a sentence.</returns>
    /// <exception cref="ArgumentException">What cannot work, with the layer and the reason.</exception>
    public IReadOnlyList<string> Check()
    {
        if (Blocks.Count == 0) throw new ArgumentException("a model has at least one block");
        var warnings = new List<string>();
        for (int layer = 0; layer < Blocks.Count; layer++)
        {
            try
            {
                warnings.AddRange(Blocks[layer].Check().Select(warning => $"layer {layer}: {warning}"));
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"layer {layer}: {e.Message}", e);
            }
        }
        return warnings;
    }
}
