using Loci.Memory.FeedForward;
using Loci.Memory.Numerics;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// A block: the memory of the context and the memory of training, with the norms they are read through.
/// </summary>
public sealed class Block
{
    private readonly NormPart? _mixerNorm, _mixerOutputNorm, _cellsNorm, _cellsOutputNorm;
    private readonly Cells _cells;

    internal Block(BlockSpec spec, ModelSpec model, int layer, RotaryTables rotary)
    {
        Spec = spec;
        Mixer = spec.Mixer.Create(model, layer, rotary);
        _cells = new(spec.Cells, model, layer);
        if (spec.InputNorms)
        {
            _mixerNorm = new(model, TensorRole.MixerNorm, layer);
            _cellsNorm = new(model, TensorRole.CellsNorm, layer);
        }
        if (!spec.SandwichNorms) return;
        _mixerOutputNorm = new(model, TensorRole.MixerOutputNorm, layer);
        _cellsOutputNorm = new(model, TensorRole.CellsOutputNorm, layer);
    }

    /// <summary>Sizes and choices.</summary>
    public BlockSpec Spec { get; }

    /// <summary>The memory of the context.</summary>
    public Mixer Mixer { get; }

    /// <summary>The memory of training.</summary>
    public FeedForwardMemory Cells => _cells.Memory;

    /// <summary>The norm the mixer reads through, or null where it reads the stream as it is.</summary>
    public NormWeights? MixerNorm => _mixerNorm?.Weights;

    /// <summary>The norm on what the mixer gives in sandwich models, else null.</summary>
    public NormWeights? MixerOutputNorm => _mixerOutputNorm?.Weights;

    /// <summary>The norm the cells read through, or null where they read the stream as it is.</summary>
    public NormWeights? CellsNorm => _cellsNorm?.Weights;

    /// <summary>The norm on what the cells give in sandwich models, else null.</summary>
    public NormWeights? CellsOutputNorm => _cellsOutputNorm?.Weights;

    /// <summary>The parts, for the way back.</summary>
    internal NormPart? MixerNormPart => _mixerNorm;

    internal NormPart? MixerOutputNormPart => _mixerOutputNorm;

    internal NormPart? CellsNormPart => _cellsNorm;

    internal NormPart? CellsOutputNormPart => _cellsOutputNorm;

    internal Cells CellsPart => _cells;

    /// <summary>What a branch reads.</summary>
    /// <param name="norm">Its norm, or null.</param>
    /// <param name="stream">[rows, width]</param>
    /// <param name="x">Overwritten. [rows, width]</param>
    internal static void Read(NormWeights? norm, ReadOnlySpan<float> stream, Span<float> x)
    {
        if (norm is null) stream.CopyTo(x);
        else norm.Apply(stream, x);
    }

    /// <summary>What a branch adds to the stream, from what it gave.</summary>
    /// <param name="norm">The norm on it, or null.</param>
    /// <param name="branch">Changed. [rows, width]</param>
    internal void Join(NormWeights? norm, Span<float> branch)
    {
        norm?.Apply(branch, branch);
        if (Spec.BranchScale != 1) Elementwise.Scale(branch, Spec.BranchScale);
    }

    /// <summary>
    /// A value of the cells as it joins the stream, up to the one scale per position that a norm on what the cells
    /// give makes for all of them.
    /// </summary>
    /// <param name="value">Changed. [width]</param>
    internal void JoinValue(Span<float> value)
    {
        if (CellsOutputNorm is { } norm) Elementwise.Multiply(value, norm.Gain);
        if (Spec.BranchScale != 1) Elementwise.Scale(value, Spec.BranchScale);
    }

    internal IEnumerable<WeightStore> Stores =>
    [
        .. _mixerNorm?.Stores ?? [], .. Mixer.Stores, .. _mixerOutputNorm?.Stores ?? [],
        .. _cellsNorm?.Stores ?? [], .. _cells.Stores, .. _cellsOutputNorm?.Stores ?? [],
    ];
}
