using Loci.Memory.Attention;
using Loci.Memory.Numerics;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// Softmax attention as a mixer: project, norm and rotate the heads, read the list of the tokens so far, project back.
/// </summary>
public sealed partial class SoftmaxMixer : Mixer
{
    private readonly SoftmaxSpec _spec;
    private readonly MatrixStore _projection, _output;
    private readonly NumbersStore? _projectionBias, _outputBias, _queryGain, _keyGain;
    private readonly Lazy<Rotary>? _rotary, _rotaryBack;
    private readonly float _epsilon;

    internal SoftmaxMixer(SoftmaxSpec spec, ModelSpec model, int layer, RotaryTables tables)
        : base(spec, layer)
    {
        (_spec, _epsilon) = (spec, model.NormEpsilon);
        TensorSlot[] projected = [.. spec.Projected(model.Width, layer)];
        var output = TensorSlot.OfBlock(TensorRole.MixerOutput, layer, model.Width, spec.QueryWidth);
        _projection = new(projected);
        _output = new(output);
        if (spec.QueryKeyValueBias) _projectionBias = new([.. projected.Select(tensor => tensor.Bias)]);
        if (spec.OutputBias) _outputBias = new(output.Bias);
        if (spec.QueryKeyNorms)
        {
            _queryGain = new(TensorSlot.OfBlock(TensorRole.QueryNorm, layer, spec.QueryNormSize));
            _keyGain = new(TensorSlot.OfBlock(TensorRole.KeyNorm, layer, spec.KeyNormSize));
        }
        if (spec.Rotary is { } rotary) (_rotary, _rotaryBack) = (tables.Of(rotary), tables.BackOf(rotary));
    }

    internal override IEnumerable<WeightStore> Stores =>
        new WeightStore?[]
        {
            _projection, _projectionBias, _queryGain, _keyGain, _output, _outputBias,
        }.OfType<WeightStore>();

    internal override void Read(ForwardPass pass, ReadOnlySpan<float> x, Span<float> branch)
    {
        var batch = pass.Batch;
        int rows = batch.Rows, stride = _spec.ProjectedWidth, keysAt = _spec.QueryWidth,
            valuesAt = keysAt + _spec.KeyWidth;
        var qkv = pass.Projected(stride);                               // [rows, queries | keys | values]
        var mixed = pass.Mixed(_spec.QueryWidth);                       // [rows, heads·head size]
        MatrixProduct.Multiply(x, rows, _projection.Matrix, _projectionBias?.Numbers, qkv, pass.Threads);
        if (_queryGain is not null)
        {
            if (pass.Tape is { } tape) qkv.CopyTo(tape.Plain.Take(rows, stride));
            NormHeads(qkv, stride, 0, _spec.QueryWidth, _queryGain.Numbers);
            NormHeads(qkv, stride, keysAt, _spec.KeyWidth, _keyGain!.Numbers);
        }
        // Queries and keys lie side by side: one call turns the heads of both.
        _rotary?.Value.Apply(qkv, stride, _spec.Heads + _spec.KeyValueHeads, _spec.HeadSize, batch.Positions);

        if (pass.Shows(AttentionTaps.Heads))
        {
            pass.ShowColumns(TapPoint.Queries, Layer, qkv, stride, 0, _spec.QueryWidth);
            pass.ShowColumns(TapPoint.Keys, Layer, qkv, stride, keysAt, _spec.KeyWidth);
            pass.ShowColumns(TapPoint.Values, Layer, qkv, stride, valuesAt, _spec.KeyWidth);
        }
        if (pass.Memory is { } memory && rows > 0)
        {
            var list = memory.KeyValues(Layer)!;
            list.Write(qkv[keysAt..], stride, qkv[valuesAt..], stride, rows);
            // What the list forgets after the read, a pattern still shows.
            float[] keys = pass.Shows(AttentionTaps.Patterns)
                ? list.Keys.ToArray()
                : [], values = keys.Length > 0
                ? list.Values.ToArray()
                : [];
            list.Read(qkv, stride, rows, mixed);
            if (keys.Length > 0) ShowPatterns(pass, qkv, keys, _spec.KeyWidth, values, _spec.KeyWidth, mixed);
        }
        else
        {
            for (int s = 0; s < batch.Sequences.Count; s++) // a pass makes no garbage
            {
                var (first, count, _) = batch.Sequences[s];
                if (count == 0) continue;
                var own = qkv.Slice(first * stride, count * stride);
                CausalAttention.Attend(
                    _spec.Shape, own, stride, count, 0, own[keysAt..], stride, own[valuesAt..], stride,
                    mixed[(first * _spec.QueryWidth)..], _spec.QueryWidth);
            }
            if (pass.Shows(AttentionTaps.Patterns))
                ShowPatterns(pass, qkv, qkv[keysAt..], stride, qkv[valuesAt..], stride, mixed);
        }
        if (pass.Shows(AttentionTaps.Heads)) pass.Show(TapPoint.HeadOutputs, Layer, mixed);
        MatrixProduct.Multiply(mixed, rows, _output.Matrix, _outputBias?.Numbers, branch, pass.Threads);
    }

    // Shows the patterns of all rows; heads whose pattern the tap changes read anew with what it left.
    private void ShowPatterns(
        ForwardPass pass, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, int keyStride,
        ReadOnlySpan<float> values, int valueStride,
        Span<float> mixed)
    {
        int stride = _spec.ProjectedWidth, held = pass.Memory is null ? 0 : keys.Length / keyStride;
        int width = pass.Memory is null ? pass.Batch.Sequences.Max(sequence => sequence.Count) : held; // keys of a row
        float[] patterns = new float[checked(pass.Batch.Rows * _spec.Heads * width)]; // [rows, heads, keys]
        foreach (var (first, count, _) in pass.Batch.Sequences)
            AttentionPatterns.Compute(
                _spec.Shape, queries[(first * stride)..], stride, count, Math.Max(0, held - count),
                keys[(first * Own(keyStride))..], keyStride,
                patterns.AsSpan(first * _spec.Heads * width), width);
        float[] before = [.. patterns];
        pass.Show(TapPoint.Patterns, Layer, patterns);
        foreach (var (first, count, _) in pass.Batch.Sequences)
            for (int r = first; r < first + count; r++)
                for (int head = 0; head < _spec.Heads; head++)
                {
                    int at = (r * _spec.Heads + head) * width, keyHead = head / _spec.Shape.Group;
                    var pattern = patterns.AsSpan(at, width);
                    if (pattern.SequenceEqual(before.AsSpan(at, width))) continue;
                    var read = mixed.Slice(r * _spec.QueryWidth + head * _spec.HeadSize, _spec.HeadSize);
                    AttentionPatterns.Read(
                        pattern, values[(first * Own(valueStride) + keyHead * _spec.HeadSize)..], valueStride, read);
                }

        // Sequences without a memory lie one after the other; the list of a memory begins at its first pair.
        int Own(int perRow) => pass.Memory is null ? perRow : 0;
    }

    private void NormHeads(Span<float> rows, int stride, int offset, int length, float[] gain)
    {
        for (int at = offset; at < rows.Length; at += stride)
        {
            var heads = rows.Slice(at, length);
            Norms.RmsNorm(heads, gain.Length, gain, _epsilon, heads);
        }
    }
}
