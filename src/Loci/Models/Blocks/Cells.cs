using Loci.Memory.FeedForward;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>The memory of training in one block, and where its weights come from.</summary>
internal sealed partial class Cells
{
    private readonly CellsSpec _spec;
    private readonly MatrixStore _keys, _values;
    private readonly MatrixStore? _gateKeys;
    private readonly NumbersStore? _keyBias, _valueBias;
    private readonly Routing? _routing;
    private FeedForwardMemory? _memory;

    public Cells(CellsSpec spec, ModelSpec model, int layer)
    {
        _spec = spec;
        var keys = TensorSlot.OfBlock(TensorRole.Keys, layer, spec.Count, model.Width);
        var values = TensorSlot.OfBlock(TensorRole.Values, layer, model.Width, spec.Count);
        _keys = new(keys);
        if (spec.Gated) _gateKeys = new(TensorSlot.OfBlock(TensorRole.GateKeys, layer, spec.Count, model.Width));
        _values = new(values);
        if (spec.KeyBias) _keyBias = new(keys.Bias);
        if (spec.ValueBias) _valueBias = new(values.Bias);
        if (spec.Experts is { } experts) _routing = new(experts, spec.Count, model, layer);
    }

    public IEnumerable<WeightStore> Stores =>
    [
        .. new WeightStore?[] { _keys, _keyBias, _gateKeys, _values, _valueBias }.OfType<WeightStore>(),
        .. _routing?.Stores ?? [],
    ];

    public FeedForwardMemory Memory => _memory ??= new(
        _keys.Matrix, _values.Matrix, _spec.Activation, _gateKeys?.Matrix, _keyBias?.Numbers, _valueBias?.Numbers,
        _routing?.Router);
}
