using System.Globalization;
using Loci.Memory.Numerics;
using Loci.Checkpoints;
using Loci.Models.Families;
using Loci.Models.Weights;

namespace Loci.Models;

/// <summary>
/// Packs a checkpoint's tensors for a spec, under a family's names. Every tensor must be used: one that is not means
/// the checkpoint computes something the spec does not say, and is refused by name.
/// </summary>
internal sealed partial class WeightReader
{
    private readonly Checkpoint _checkpoint;
    private readonly ModelSpec _spec;
    private readonly TensorNames _names;
    private readonly string _prefix;
    private readonly HashSet<string> _used = [];

    private WeightReader(Checkpoint checkpoint, ModelSpec spec, TensorNames names)
    {
        (_checkpoint, _spec, _names) = (checkpoint, spec, names);
        _prefix = checkpoint.Tensors.ContainsKey($"{names.Prefix}{names.Embedding}.weight") ? names.Prefix : "";
    }

    public static TransformerWeights Read(Checkpoint checkpoint, ModelSpec spec, TensorNames names) =>
        new WeightReader(checkpoint, spec, names).Read();

    private TransformerWeights Read()
    {
        _spec.Check();
        // The embedding's rows are tokens: as a matrix from the stream to the vocabulary its outputs come first.
        var embedding = Pack(Weight(_names.Embedding), _spec.Width, _spec.Vocabulary, outputsFirst: true);
        var weights = new TransformerWeights
        {
            Embedding = embedding,
            Output = _spec.TiedOutput
                ? embedding
                : Pack($"{_names.Output}.weight", _spec.Width, _spec.Vocabulary, outputsFirst: true),
            Positions = _names.Positions is { } positions ? PositionRows(Weight(positions)) : [],
            FinalNorm = Norm(_names.FinalNorm),
            Layers = [.. Enumerable.Range(0, _spec.Layers).Select(Layer)],
        };
        RefuseUnused();
        return weights;
    }

    private LayerWeights Layer(int l)
    {
        var fast = _spec.FastWeight(l);
        int mixed = fast?.ValueWidth ?? _spec.Heads * _spec.HeadSize;
        string keys = Of(_names.Keys, l), values = Of(_names.Values, l), attentionOutput = Of(_names.AttentionOutput, l);
        return new()
        {
            AttentionNorm = Norm(Of(_names.AttentionNorm, l)),
            QueryKeyValue = fast is null ? QueryKeyValue(l) : FastWeightProjection(fast, l),
            QueryKeyValueBias = fast is null ? QueryKeyValueBias(l) : [],
            QueryGain = fast is null ? HeadGain(_names.QueryNorm, l) : [],
            KeyGain = fast is null ? HeadGain(_names.KeyNorm, l) : [],
            FastWeight = fast is null ? null : FastWeightParameters(fast, l),
            AttentionOutput = Matrix(attentionOutput, mixed, _spec.Width),
            AttentionOutputBias = Bias(attentionOutput, _spec.Width, fast is null && _names.AttentionOutputBias),
            PostAttentionNorm = _names.PostAttentionNorm is { } after ? Norm(Of(after, l)) : null,
            FeedForwardNorm = Norm(Of(_names.FeedForwardNorm, l)),
            Keys = Matrix(keys, _spec.Width, _spec.Cells),
            KeyBias = Bias(keys, _spec.Cells, _names.FeedForwardBias),
            GateKeys = _names.GateKeys is { } gate ? Matrix(Of(gate, l), _spec.Width, _spec.Cells) : null,
            Values = Matrix(values, _spec.Cells, _spec.Width),
            ValueBias = Bias(values, _spec.Width, _names.FeedForwardBias),
            PostFeedForwardNorm = _names.PostFeedForwardNorm is { } last ? Norm(Of(last, l)) : null,
        };
    }

    private int[] QueryKeyValueWidths =>
        [_spec.Heads * _spec.HeadSize, _spec.KeyValueHeads * _spec.HeadSize, _spec.KeyValueHeads * _spec.HeadSize];

    private PackedMatrix QueryKeyValue(int l)
    {
        if (_names.Layout == QueryKeyValueLayout.Separate)
            return Joined([.. _names.QueryKeyValue.Select(name => Weight(Of(name, l)))], _spec.Width, QueryKeyValueWidths);

        string fused = Weight(Of(_names.QueryKeyValue[0], l));
        Use(fused);
        return _names.Layout == QueryKeyValueLayout.Fused
            ? _checkpoint.Pack(fused, _spec.Width, _spec.QueryKeyValueWidth, !_names.InputsFirst)
            : _checkpoint.PackOutputs(fused, _spec.Width, _spec.QueryKeyValueWidth, !_names.InputsFirst, ByHeadOrder());
    }

    private float[] QueryKeyValueBias(int l)
    {
        if (!_names.QueryKeyValueBias) return [];
        if (_names.Layout == QueryKeyValueLayout.Separate)
            return [.. _names.QueryKeyValue.Zip(QueryKeyValueWidths).SelectMany(part => Bias(Of(part.First, l), part.Second, wanted: true))];
        float[] fused = Bias(Of(_names.QueryKeyValue[0], l), _spec.QueryKeyValueWidth, wanted: true);
        return _names.Layout == QueryKeyValueLayout.Fused ? fused : [.. ByHeadOrder().Select(at => fused[at])];
    }

    // Where, in [head][query | key | value], the outputs of all queries, then keys, then values stand.
    private int[] ByHeadOrder() =>
    [
        .. from part in Enumerable.Range(0, 3)
           from head in Enumerable.Range(0, _spec.Heads)
           from i in Enumerable.Range(0, _spec.HeadSize)
           select (head * 3 + part) * _spec.HeadSize + i,
    ];

    // Several matrices that read the same input, as one. Each stands as [outputs, inputs].
    private PackedMatrix Joined(string[] names, int inputs, int[] outputs)
    {
        foreach (string name in names) Use(name);
        Tensor[] parts = [.. names.Zip(outputs, (name, rows) => _checkpoint.OpenShaped(name, rows, inputs))];
        int total = outputs.Sum();
        var format = parts[0].Type.Format();
        if (format == WeightFormat.Float32 || parts.Any(part => part.Type.Format() != format))
        {
            float[] wide = new float[checked(inputs * total)];
            int at = 0;
            foreach (var part in parts)
            {
                part.CopyFloats(0, wide.AsSpan(at, part.Count));
                at += part.Count;
            }
            return PackedMatrix.Pack(wide, inputs, total, outputsFirst: true);
        }
        ushort[] narrow = new ushort[checked(inputs * total)];
        int next = 0;
        foreach (var part in parts)
        {
            part.As16Bit().CopyTo(narrow.AsSpan(next));
            next += part.Count;
        }
        return PackedMatrix.Pack(narrow, format, inputs, total, outputsFirst: true);
    }

    private float[] PositionRows(string name)
    {
        Use(name);
        return _checkpoint.OpenShaped(name, _spec.Context + _spec.LearnedPositionOffset, _spec.Width).ReadFloats();
    }

    private PackedMatrix Matrix(string name, int inputs, int outputs) =>
        Pack($"{_prefix}{name}.weight", inputs, outputs, outputsFirst: !_names.InputsFirst);

    private PackedMatrix Pack(string name, int inputs, int outputs, bool outputsFirst)
    {
        Use(name);
        return _checkpoint.Pack(name, inputs, outputs, outputsFirst);
    }

    private NormWeights Norm(string name)
    {
        float[] gain = Vector(Weight(name), _spec.Width);
        if (_names.GainsAreOffsets)
            for (int i = 0; i < gain.Length; i++) gain[i] += 1;
        float[] bias = _spec.Norm == NormKind.LayerNorm ? Vector($"{_prefix}{name}.bias", _spec.Width) : [];
        return new(_spec.Norm, gain, bias, _spec.NormEpsilon);
    }

    private float[] HeadGain(string? name, int l) => name is null ? [] : Vector(Weight(Of(name, l)), _spec.HeadSize);

    private float[] Bias(string name, int length, bool wanted) => wanted ? Vector($"{_prefix}{name}.bias", length) : [];

    private float[] Vector(string name, int length)
    {
        Use(name);
        return _checkpoint.ReadVector(name, length);
    }

    private string Weight(string name) => $"{_prefix}{name}.weight";

    private static string Of(string pattern, int layer) =>
        pattern.Replace("{0}", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private void Use(string name) => _used.Add(name);

    private void RefuseUnused()
    {
        foreach (string name in _checkpoint.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            bool tiedCopy = _spec.TiedOutput && name == $"{_names.Output}.weight";
            if (!_used.Contains(name) && !tiedCopy && !_names.Ignored.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)))
                throw new UnsupportedException(
                    $"{_checkpoint.Path}: holds the tensor «{name}», which a {_spec.Family} model of this config does not have.");
        }
    }
}
