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

    /// <summary>
    /// What keeps a checkpoint from being read, each a sentence: tensors that are missing or of another shape, tensors
    /// that the spec has no use for. Reads no weights.
    /// </summary>
    /// <param name="checkpoint">The weights.</param>
    /// <param name="spec">What they are to be.</param>
    /// <param name="names">What the family calls them.</param>
    /// <param name="held">Receives the bytes that the weights take in memory.</param>
    public static IReadOnlyList<string> Examine(
        Checkpoint checkpoint, ModelSpec spec, TensorNames names, out long held)
    {
        var source = new CheckpointSource(checkpoint, spec, names);
        var problems = new List<string>();
        held = 0;
        foreach (var tensor in Transformer.TensorsOf(spec))
            try
            {
                var format = source.Announced(tensor);
                held += (long)tensor.Count * (tensor.IsMatrix && format != WeightFormat.Float32 ? 2 : 4);
            }
            catch (LociException e)
            {
                if (!problems.Contains(e.Message)) problems.Add(e.Message);
            }
        problems.AddRange(source.Unused().Select(source.Unread));
        return problems;
    }

    // Marks the tensor as used, and checks its shape.
    private WeightFormat Announced(TensorSlot tensor)
    {
        if (_names.PiecesOf(tensor, _spec) is { } pieces)
        {
            var formats = new HashSet<WeightFormat>();
            foreach (var piece in pieces)
            {
                _used.Add(piece.Name);
                formats.Add(_checkpoint.OpenShaped(piece.Name, piece.Shape.AsSpan()).Type.Format());
            }
            return formats.Count == 1 ? formats.First() : WeightFormat.Float32;
        }
        if (_names.FusedOf(tensor, _spec) is not { } fused)
        {
            _used.Add(_names.Of(tensor));
            return Stored(tensor).Type.Format();
        }
        _used.Add(fused.Name);
        return ShapedWhole(fused).Type.Format();
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

    private TensorNumbers OpenWhole(FusedTensor fused) =>
        ShapedWhole(fused).Numbers(outputsFirst: fused.Inputs == 0 || !_names.InputsFirst);

    private Tensor ShapedWhole(FusedTensor fused) =>
        fused.Inputs == 0 ? _checkpoint.OpenShaped(fused.Name, fused.Outputs)
        : _names.InputsFirst ? _checkpoint.OpenShaped(fused.Name, fused.Inputs, fused.Outputs)
        : _checkpoint.OpenShaped(fused.Name, fused.Outputs, fused.Inputs);

    private IEnumerable<string> Unused()
    {
        bool rotary = _spec.Blocks.Any(block => block.Mixer is SoftmaxSpec { Rotary: not null });
        return _checkpoint.Tensors.Keys.Order(StringComparer.Ordinal).Where(name => !_used.Contains(name)
            // A head that is said to be tied and is stored has been compared.
            && !(_spec.Head.Tied && name == $"{_names.Output}.weight")
            && !SpareTensors.IsNamed(name, _names.Ignored) && !SpareTensors.IsRotaryTable(name, rotary));
    }

    private string Unread(string name) =>
        $"{_checkpoint.Path}: holds the tensor «{name}», which a {_spec.Family} model of this config does not have.";

    private void RefuseUnused()
    {
        if (Unused().FirstOrDefault() is { } name) throw new UnsupportedException(Unread(name));
    }
}
