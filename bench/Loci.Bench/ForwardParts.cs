using System.Diagnostics;
using Loci.Memory.Attention;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Bench;

/// <summary>
/// The operations of a forward pass one by one, each kind with its own clock: the same calls with the same shapes as
/// <see cref="Transformer.Forward"/> without a cache. The stream that comes out is compared, so the two cannot drift
/// apart.
/// </summary>
internal sealed class ForwardParts(Transformer model)
{
    private readonly ModelSpec _spec = model.Spec;
    private readonly SoftmaxSpec _softmax = (SoftmaxSpec)model.Spec.Blocks[0].Mixer;
    private readonly Layer[] _layers = [.. Enumerable.Range(0, model.Spec.Layers).Select(l => new Layer(model, l))];
    private readonly Rotary? _rotary = ((SoftmaxSpec)model.Spec.Blocks[0].Mixer).Rotary is { } r
        ? new(r.InverseFrequencies.ToArray(), r.Interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves,
            model.Spec.Context)
        : null;

    public long Products { get; private set; }

    public long Attention { get; private set; }

    public long Norms { get; private set; }

    public long Activations { get; private set; }

    /// <summary>Embedding, rotation, residual additions.</summary>
    public long Rest { get; private set; }

    /// <summary>Runs a batch and gives the stream. [rows, width]</summary>
    public float[] Run(Batch batch)
    {
        int rows = batch.Rows, width = _spec.Width, stride = _softmax.ProjectedWidth, mixedWidth = _softmax.QueryWidth;
        float[] stream = new float[rows * width], normed = new float[rows * width], branch = new float[rows * width];
        float[] qkv = new float[rows * stride], mixed = new float[rows * mixedWidth];
        float[] m = new float[rows * _spec.Blocks[0].Cells.Count], up = new float[m.Length];
        long at = Stopwatch.GetTimestamp();
        for (int r = 0; r < rows; r++)
        {
            var row = stream.AsSpan(r * width, width);
            model.Embedding.Matrix.CopyOutput(batch.Tokens[r], row);
            if (_spec.LearnedPositions)
                Elementwise.Add(row, model.Embedding.Positions.Slice(batch.Positions[r] * width, width));
        }
        Rest += Lap(ref at);
        for (int l = 0; l < _spec.Layers; l++)
        {
            var (layer, block) = (_layers[l], model.Blocks[l]);
            Block.Read(block.MixerNorm, stream, normed);
            Norms += Lap(ref at);
            MatrixProduct.Multiply(normed, rows, layer.QueryKeyValue, layer.QueryKeyValueBias, qkv);
            Products += Lap(ref at);
            _rotary?.Apply(qkv, stride, _softmax.Heads + _softmax.KeyValueHeads, _softmax.HeadSize, batch.Positions);
            Rest += Lap(ref at);
            Attend(batch, qkv, mixed);
            Attention += Lap(ref at);
            MatrixProduct.Multiply(mixed, rows, layer.AttentionOutput, layer.AttentionOutputBias, branch);
            Products += Lap(ref at);
            Elementwise.Add(stream, branch);
            Rest += Lap(ref at);
            Block.Read(block.CellsNorm, stream, normed);
            Norms += Lap(ref at);
            if (layer.GateKeys is { } gate) MatrixProduct.Multiply(normed, rows, gate, [], m);
            MatrixProduct.Multiply(normed, rows, layer.Keys, layer.KeyBias, block.Spec.Cells.Gated ? up : m);
            Products += Lap(ref at);
            if (block.Spec.Cells.Gated) Gating.Apply(block.Spec.Cells.Activation, m, up);
            else Loci.Memory.Numerics.Activations.Apply(block.Spec.Cells.Activation, m);
            Activations += Lap(ref at);
            MatrixProduct.Multiply(m, rows, layer.Values, layer.ValueBias, branch);
            Products += Lap(ref at);
            Elementwise.Add(stream, branch);
            Rest += Lap(ref at);
        }
        return stream;
    }

    private void Attend(Batch batch, float[] qkv, float[] mixed)
    {
        int stride = _softmax.ProjectedWidth, mixedWidth = _softmax.QueryWidth;
        int keysAt = mixedWidth, valuesAt = keysAt + _softmax.KeyWidth;
        foreach (var (first, count, _) in batch.Sequences)
        {
            var own = qkv.AsSpan(first * stride, count * stride);
            CausalAttention.Attend(
                _softmax.Shape, own, stride, count, 0, own[keysAt..], stride, own[valuesAt..], stride,
                mixed.AsSpan(first * mixedWidth), mixedWidth);
        }
    }

    private static long Lap(ref long at)
    {
        long now = Stopwatch.GetTimestamp(), lap = now - at;
        at = now;
        return lap;
    }

    private sealed class Layer(Transformer model, int l)
    {
        public PackedMatrix QueryKeyValue { get; } = ModelTensors.Packed(
            model.Joined(l, bias: false, TensorRole.Query, TensorRole.Key, TensorRole.Value), model.Spec.Width);

        public float[] QueryKeyValueBias { get; } =
            model.Joined(l, bias: true, TensorRole.Query, TensorRole.Key, TensorRole.Value);

        public PackedMatrix AttentionOutput { get; } = ModelTensors.Packed(
            model.Numbers(l, TensorRole.MixerOutput), ((SoftmaxSpec)model.Spec.Blocks[l].Mixer).QueryWidth);

        public float[] AttentionOutputBias { get; } = model.Numbers(l, TensorRole.MixerOutput, bias: true);

        public PackedMatrix Keys { get; } = ModelTensors.Packed(model.Numbers(l, TensorRole.Keys), model.Spec.Width);

        public float[] KeyBias { get; } = model.Numbers(l, TensorRole.Keys, bias: true);

        public PackedMatrix? GateKeys { get; } = model.Spec.Blocks[l].Cells.Gated
            ? ModelTensors.Packed(model.Numbers(l, TensorRole.GateKeys), model.Spec.Width) : null;

        public PackedMatrix Values { get; } =
            ModelTensors.Packed(model.Numbers(l, TensorRole.Values), model.Spec.Blocks[l].Cells.Count);

        public float[] ValueBias { get; } = model.Numbers(l, TensorRole.Values, bias: true);
    }
}
