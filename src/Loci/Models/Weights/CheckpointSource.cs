using Loci.Checkpoints;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>
/// A checkpoint as the source of a model's tensors, under a family's names. Every tensor must be used: one that is not
/// means the checkpoint computes something the spec does not say, and is refused by name.
/// </summary>
internal sealed class CheckpointSource : TensorSource
{
    private readonly Checkpoint _checkpoint;
    private readonly ModelSpec _spec;
    private readonly TensorNames _names;
    private readonly HashSet<string> _used = [];

    private CheckpointSource(Checkpoint checkpoint, ModelSpec spec, TensorNames names)
    {
        (_checkpoint, _spec) = (checkpoint, spec);
        string prefix = names.Prefix;
        names = names.For(
            spec, name => checkpoint.Tensors.ContainsKey(name) || checkpoint.Tensors.ContainsKey(prefix + name));
        bool prefixed = checkpoint.Tensors.ContainsKey(
            names.Of(TensorSlot.OfModel(TensorRole.Embedding, spec.Vocabulary, spec.Width)));
        _names = prefixed ? names : names with { Prefix = "" };
    }

    /// <summary>A model with the weights of a checkpoint.</summary>
    /// <exception cref="LociException">
    /// A tensor is missing, has another shape, or is not one of the model's.
    /// </exception>
    public static Transformer Read(Checkpoint checkpoint, ModelSpec spec, TensorNames names)
    {
        var source = new CheckpointSource(checkpoint, spec, names);
        var transformer = new Transformer(spec, source);
        source.RefuseUnused();
        return transformer;
    }

    // Shapes are checked here as well: joined matrices are asked for their formats before there is room for them.
    public override WeightFormat FormatOf(TensorSlot tensor) =>
        (_names.PiecesOf(tensor, _spec)?.FirstOrDefault() is { } piece
            ? _checkpoint.OpenShaped(piece.Name, piece.Shape.AsSpan())
            : _names.FusedOf(tensor, _spec) is { } fused
            ? _checkpoint.OpenTensor(fused.Name)
            : Stored(tensor)).Type.Format();

    public override TensorNumbers Open(TensorSlot tensor)
    {
        if (_names.PiecesOf(tensor, _spec) is { } pieces)
            return ExpertTensors.Open(_checkpoint, pieces, tensor, _used);
        if (_names.FusedOf(tensor, _spec) is { } fused) return OpenFused(fused, tensor);
        string name = _names.Of(tensor);
        _used.Add(name);
        var stored = Stored(tensor);
        if (_names.RowsOf(tensor, _spec) is { } rows)
            return stored.Numbers(outputsFirst: true)
                .Pick(tensor.IsBias ? 1 : (int)tensor.Shape[1], (int)tensor.Shape[0], rows);
        if (!_names.IsOffsetGain(tensor)) return stored.Numbers(!_names.IsInputsFirst(tensor));
        float[] gain = stored.ReadFloats();
        for (int i = 0; i < gain.Length; i++) gain[i] += 1;
        return new(gain);
    }

    internal override TensorNumbers OpenJoined(IReadOnlyList<TensorSlot> tensors)
    {
        // What the checkpoint holds in one piece and in our order need not be taken apart.
        if (tensors.Count < 2 || _names.FusedOf(tensors[0], _spec) is not { InOrder: true } fused)
            return base.OpenJoined(tensors);
        _used.Add(fused.Name);
        return OpenWhole(fused);
    }

    private Tensor Stored(TensorSlot tensor) => _names.IsInputsFirst(tensor)
        ? _checkpoint.OpenShaped(_names.Of(tensor), tensor.Shape[1], tensor.Shape[0])
        : _checkpoint.OpenShaped(_names.Of(tensor), tensor.Shape.AsSpan());

    private TensorNumbers OpenFused(FusedTensor fused, TensorSlot tensor)
    {
        _used.Add(fused.Name);
        var whole = OpenWhole(fused);
        return whole.Pick(tensor.IsBias ? 1 : (int)tensor.Shape[1], fused.Outputs, fused.OutputsOf(tensor.Role));
    }

    private TensorNumbers OpenWhole(FusedTensor fused)
    {
        if (fused.Inputs == 0) return _checkpoint.OpenShaped(fused.Name, fused.Outputs).Numbers(outputsFirst: true);
        return (_names.InputsFirst
            ? _checkpoint.OpenShaped(fused.Name, fused.Inputs, fused.Outputs) : _checkpoint.OpenShaped(
                fused.Name, fused.Outputs, fused.Inputs))
            .Numbers(!_names.InputsFirst);
    }

    private void RefuseUnused()
    {
        foreach (string name in _checkpoint.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            // A head that is said to be tied and is stored has been compared.
            bool tiedCopy = _spec.Head.Tied && name == $"{_names.Output}.weight";
            bool rotary = _spec.Blocks.Any(block => block.Mixer is SoftmaxSpec { Rotary: not null });
            if (!_used.Contains(name) && !tiedCopy && !SpareTensors.IsNamed(name, _names.Ignored)
                && !SpareTensors.IsRotaryTable(name, rotary))
                throw new UnsupportedException(
                    $"{_checkpoint.Path}: holds the tensor «{name}», which a {_spec.Family} model of this config "
                        + "does not have.");
        }
    }
}
