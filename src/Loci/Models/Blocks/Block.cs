using Loci.Memory.FeedForward;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// A block: the memory of the context and the memory of training, with the norms they are read through.
/// </summary>
public sealed class Block
{
    private readonly NormPart _mixerNorm, _cellsNorm;
    private readonly NormPart? _mixerOutputNorm, _cellsOutputNorm;
    private readonly Cells _cells;

    internal Block(BlockSpec spec, ModelSpec model, int layer, RotaryTables rotary)
    {
        Spec = spec;
        _mixerNorm = new(model, TensorRole.MixerNorm, layer);
        Mixer = spec.Mixer.Create(model, layer, rotary);
        _cellsNorm = new(model, TensorRole.CellsNorm, layer);
        _cells = new(spec.Cells, model, layer);
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

    /// <summary>The norm the mixer reads through.</summary>
    public NormWeights MixerNorm => _mixerNorm.Weights;

    /// <summary>The norm on what the mixer gives in sandwich models, else null.</summary>
    public NormWeights? MixerOutputNorm => _mixerOutputNorm?.Weights;

    /// <summary>The norm the cells read through.</summary>
    public NormWeights CellsNorm => _cellsNorm.Weights;

    /// <summary>The norm on what the cells give in sandwich models, else null.</summary>
    public NormWeights? CellsOutputNorm => _cellsOutputNorm?.Weights;

    /// <summary>The parts, for the way back.</summary>
    internal NormPart MixerNormPart => _mixerNorm;

    internal NormPart? MixerOutputNormPart => _mixerOutputNorm;

    internal NormPart CellsNormPart => _cellsNorm;

    internal NormPart? CellsOutputNormPart => _cellsOutputNorm;

    internal Cells CellsPart => _cells;

    internal IEnumerable<WeightStore> Stores =>
    [
        .. _mixerNorm.Stores, .. Mixer.Stores, .. _mixerOutputNorm?.Stores ?? [],
        .. _cellsNorm.Stores, .. _cells.Stores, .. _cellsOutputNorm?.Stores ?? [],
    ];
}
