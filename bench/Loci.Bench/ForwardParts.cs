using System.Diagnostics;
using Loci.Memory.Attention;
using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Bench;

/// <summary>
/// The operations of a forward pass one by one, each kind with its own clock: the same calls with the same shapes as
/// <see cref="Transformer.Forward"/> without a cache. The stream that comes out is compared, so the two cannot drift apart.
/// </summary>
internal sealed class ForwardParts(Transformer model)
{
    private readonly ModelSpec _spec = model.Spec;
    private readonly Rotary? _rotary = model.Spec.Rotary is { } r
        ? new(r.InverseFrequencies.ToArray(), r.Interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves, model.Spec.Context)
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
        int rows = batch.Rows, width = _spec.Width, stride = _spec.QueryKeyValueWidth, mixedWidth = _spec.Heads * _spec.HeadSize;
        float[] stream = new float[rows * width], normed = new float[rows * width], branch = new float[rows * width];
        float[] qkv = new float[rows * stride], mixed = new float[rows * mixedWidth];
        float[] m = new float[rows * _spec.Cells], up = new float[_spec.Gated ? m.Length : 0];
        long at = Stopwatch.GetTimestamp();
        for (int r = 0; r < rows; r++)
        {
            var row = stream.AsSpan(r * width, width);
            model.Weights.Embedding.CopyOutput(batch.Tokens[r], row);
            if (_spec.LearnedPositions) Elementwise.Add(row, model.Weights.Positions.AsSpan(batch.Positions[r] * width, width));
        }
        Rest += Lap(ref at);
        for (int l = 0; l < _spec.Layers; l++)
        {
            var layer = model.Weights.Layers[l];
            layer.AttentionNorm.Apply(stream, normed);
            Norms += Lap(ref at);
            MatrixProduct.Multiply(normed, rows, layer.QueryKeyValue, layer.QueryKeyValueBias, qkv);
            Products += Lap(ref at);
            _rotary?.Apply(qkv, stride, _spec.Heads + _spec.KeyValueHeads, _spec.HeadSize, batch.Positions);
            Rest += Lap(ref at);
            Attend(l, batch, qkv, mixed);
            Attention += Lap(ref at);
            MatrixProduct.Multiply(mixed, rows, layer.AttentionOutput, layer.AttentionOutputBias, branch);
            Products += Lap(ref at);
            Elementwise.Add(stream, branch);
            Rest += Lap(ref at);
            layer.FeedForwardNorm.Apply(stream, normed);
            Norms += Lap(ref at);
            if (layer.GateKeys is { } gate) MatrixProduct.Multiply(normed, rows, gate, [], m);
            MatrixProduct.Multiply(normed, rows, layer.Keys, layer.KeyBias, _spec.Gated ? up : m);
            Products += Lap(ref at);
            if (_spec.Gated) Gating.Apply(_spec.Activation, m, up);
            else Loci.Memory.Numerics.Activations.Apply(_spec.Activation, m);
            Activations += Lap(ref at);
            MatrixProduct.Multiply(m, rows, layer.Values, layer.ValueBias, branch);
            Products += Lap(ref at);
            Elementwise.Add(stream, branch);
            Rest += Lap(ref at);
        }
        return stream;
    }

    private void Attend(int l, Batch batch, float[] qkv, float[] mixed)
    {
        int stride = _spec.QueryKeyValueWidth, mixedWidth = _spec.Heads * _spec.HeadSize;
        int keysAt = mixedWidth, valuesAt = keysAt + _spec.KeyValueHeads * _spec.HeadSize;
        var shape = new AttentionShape(_spec.Heads, _spec.KeyValueHeads, _spec.HeadSize, _spec.AttentionScale[l]);
        foreach (var (first, count, _) in batch.Sequences)
        {
            var own = qkv.AsSpan(first * stride, count * stride);
            CausalAttention.Attend(
                shape, own, stride, count, 0, own[keysAt..], stride, own[valuesAt..], stride,
                mixed.AsSpan(first * mixedWidth), mixedWidth);
        }
    }

    private static long Lap(ref long at)
    {
        long now = Stopwatch.GetTimestamp(), lap = now - at;
        at = now;
        return lap;
    }
}
