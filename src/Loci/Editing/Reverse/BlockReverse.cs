using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>
/// The pull-back of one block with softmax attention and dense or gated cells: from the gradient of the stream that
/// leaves it to that of the stream that enters it, and to its matrices.
/// </summary>
internal sealed class BlockReverse
{
    private readonly Block _block;
    private readonly SoftmaxSpec _softmax;
    private readonly Rotary? _back;
    private readonly int _layer, _width;
    private readonly Transposed _query, _key, _value, _output, _keys, _values;
    private readonly Transposed? _gate;

    public BlockReverse(Transformer transformer, int layer)
    {
        Refuse(transformer.Spec, layer);
        (_block, _layer, _width) = (transformer.Blocks[layer], layer, transformer.Spec.Width);
        _softmax = (SoftmaxSpec)transformer.Spec.Blocks[layer].Mixer;
        if (_softmax.Rotary is { } rotary) // turning back is turning by the opposite angle
            _back = new(
                [.. rotary.InverseFrequencies.Select(frequency => -frequency)],
                rotary.Interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves, transformer.Spec.Context);
        _query = new(transformer, TensorRole.Query, layer);
        _key = new(transformer, TensorRole.Key, layer);
        _value = new(transformer, TensorRole.Value, layer);
        _output = new(transformer, TensorRole.MixerOutput, layer);
        _keys = new(transformer, TensorRole.Keys, layer);
        _values = new(transformer, TensorRole.Values, layer);
        if (_block.Cells.IsGated) _gate = new(transformer, TensorRole.GateKeys, layer);
    }

    /// <summary>Refuses a block with a part that has no pull-back here.</summary>
    /// <exception cref="UnsupportedException">With the part.</exception>
    public static void Refuse(ModelSpec spec, int layer)
    {
        var block = spec.Blocks[layer];
        string? part = block.Mixer switch
        {
            not SoftmaxSpec => "fast-weight attention",
            SoftmaxSpec { SoftCap: > 0 } => "attention with a soft cap",
            SoftmaxSpec { QueryKeyNorms: true } => "queries and keys that are normed",
            _ when block.SandwichNorms => "sandwich norms",
            _ => null,
        };
        if (part is not null)
            throw new UnsupportedException(
                $"Layer {layer} has {part}, through which gradients are not implemented: only layers above the last "
                + "such one can be edited.");
    }

    /// <summary>Pulls a gradient back through the block, in place.</summary>
    /// <param name="batch">Whose rows they are.</param>
    /// <param name="tape">What the forward pass left.</param>
    /// <param name="gradient">Of the stream leaving the block; then of the stream entering it. [rows, width]</param>
    /// <param name="weights">Receives the gradients of the block's matrices, or null.</param>
    /// <param name="below">False where only the matrices' gradients are wanted.</param>
    /// <param name="threads">Most threads to use.</param>
    public void Back(
        Batch batch, BlockTape tape, Span<float> gradient, BlockGradients? weights, bool below, int threads)
    {
        int rows = batch.Rows;
        bool parallel = _block.Spec.Parallel;
        float[] read = parallel ? tape.Before : tape.Middle;            // [rows, width], what the cells' norm reads
        float[] middle = gradient.ToArray();                            // gradient of the stream after attention
        Cells(read, rows, gradient, parallel ? null : middle, out float[] cellsInput, weights, threads);
        if (!below && weights is null or { WholeBlock: false }) return;
        var branch = parallel ? gradient.ToArray() : middle;
        float[] before = [.. branch];
        Attention(batch, tape, branch, before, weights, threads);
        if (parallel) NormReverse.Add(_block.CellsNorm, tape.Before, cellsInput, before);
        before.CopyTo(gradient);
    }

    private void Cells(
        float[] read, int rows, ReadOnlySpan<float> branch, float[]? into, out float[] input, BlockGradients? weights,
        int threads)
    {
        int cells = _block.Cells.Capacity;
        float[] x = new float[rows * _width], score = new float[rows * cells],
            content = new float[_gate is null ? 0 : rows * cells], m = new float[rows * cells];
        _block.CellsNorm.Apply(read, x);
        _block.Cells.Score(x, rows, score);
        if (_gate is not null) _block.Cells.Content(x, rows, content);
        float[] dm = _values.Back(branch, rows, threads);               // [rows, cells]
        for (int i = 0; i < m.Length; i++)
        {
            var (value, slope) = ActivationSlope.Of(_block.Cells.Activation, score[i]);
            float factor = _gate is null ? 1 : content[i];
            m[i] = (float)(value * factor);
            if (_gate is not null) content[i] = (float)(dm[i] * value); // the gradient of the content from here on
            score[i] = (float)(dm[i] * slope * factor);
        }
        weights?.Add(_layer, TensorRole.Values, branch, m, rows);
        input = (_gate ?? _keys).Back(score, rows, threads);            // [rows, width]
        weights?.Add(_layer, _gate is null ? TensorRole.Keys : TensorRole.GateKeys, score, x, rows);
        if (_gate is not null)
        {
            Elementwise.Add(input, _keys.Back(content, rows, threads));
            weights?.Add(_layer, TensorRole.Keys, content, x, rows);
        }
        if (into is not null) NormReverse.Add(_block.CellsNorm, read, input, into);
    }

    private void Attention(
        Batch batch, BlockTape tape, ReadOnlySpan<float> branch, float[] before, BlockGradients? weights, int threads)
    {
        int rows = batch.Rows, queryWidth = _softmax.QueryWidth, keyWidth = _softmax.KeyWidth;
        float[] heads = _output.Back(branch, rows, threads);            // [rows, heads·head size]
        float[] dq = new float[rows * queryWidth], dk = new float[rows * keyWidth], dv = new float[rows * keyWidth];
        int longest = 0;
        foreach (var sequence in batch.Sequences) longest = Math.Max(longest, sequence.Count);
        foreach (var (first, count, _) in batch.Sequences)
            for (int r = first; r < first + count; r++)
                for (int head = 0; head < _softmax.Heads; head++)
                    Head(tape, heads, dq, dk, dv, r, first, head,
                        tape.Patterns.AsSpan((r * _softmax.Heads + head) * longest, r - first + 1));
        _back?.Apply(dq, queryWidth, _softmax.Heads, _softmax.HeadSize, batch.Positions);
        _back?.Apply(dk, keyWidth, _softmax.KeyValueHeads, _softmax.HeadSize, batch.Positions);
        if (weights is { WholeBlock: true })
        {
            float[] x = new float[rows * _width];
            _block.MixerNorm.Apply(tape.Before, x);
            weights.Add(_layer, TensorRole.Query, dq, x, rows);
            weights.Add(_layer, TensorRole.Key, dk, x, rows);
            weights.Add(_layer, TensorRole.Value, dv, x, rows);
            weights.Add(_layer, TensorRole.MixerOutput, branch, tape.HeadOutputs, rows);
        }
        float[] input = _query.Back(dq, rows, threads);                 // [rows, width]
        Elementwise.Add(input, _key.Back(dk, rows, threads));
        Elementwise.Add(input, _value.Back(dv, rows, threads));
        NormReverse.Add(_block.MixerNorm, tape.Before, input, before);
    }

    // One query of one head: p = softmax(scale·q·K), o = p·V.
    private void Head(
        BlockTape tape, float[] dOut, float[] dq, float[] dk, float[] dv, int r, int first, int head,
        ReadOnlySpan<float> pattern)
    {
        int size = _softmax.HeadSize, queryWidth = _softmax.QueryWidth, keyWidth = _softmax.KeyWidth;
        int keyHead = head / (_softmax.Heads / _softmax.KeyValueHeads) * size;
        var upper = dOut.AsSpan(r * queryWidth + head * size, size);
        Span<float> slopes = pattern.Length <= 256 ? stackalloc float[pattern.Length] : new float[pattern.Length];
        double mean = 0;
        for (int k = 0; k < pattern.Length; k++)
        {
            if (pattern[k] == 0) continue;
            slopes[k] = Reductions.Dot(upper, tape.Values.AsSpan((first + k) * keyWidth + keyHead, size));
            mean += (double)pattern[k] * slopes[k];
        }
        var query = tape.Queries.AsSpan(r * queryWidth + head * size, size);
        var toQuery = dq.AsSpan(r * queryWidth + head * size, size);
        for (int k = 0; k < pattern.Length; k++)
        {
            if (pattern[k] == 0) continue;
            int at = (first + k) * keyWidth + keyHead;
            float score = (float)(pattern[k] * (slopes[k] - mean) * _softmax.Scale);
            for (int i = 0; i < size; i++)
            {
                dv[at + i] += pattern[k] * upper[i];
                toQuery[i] += score * tape.Keys[at + i];
                dk[at + i] += score * query[i];
            }
        }
    }

    /// <summary>A matrix laid out for products with its transpose.</summary>
    private sealed class Transposed
    {
        private readonly PackedMatrix _matrix; // [outputs → inputs]

        public Transposed(Transformer transformer, TensorRole role, int layer)
        {
            var slot = transformer.Tensors.First(t => t.Role == role && t.Layer == layer && !t.IsBias);
            _matrix = PackedMatrix.Pack(
                transformer.Read(slot), (int)slot.Shape[0], (int)slot.Shape[1], outputsFirst: false);
        }

        /// <summary>dx = dy·W. [rows, inputs]</summary>
        public float[] Back(ReadOnlySpan<float> dy, int rows, int threads)
        {
            float[] dx = new float[rows * _matrix.Outputs];
            MatrixProduct.Multiply(dy, rows, _matrix, [], dx, threads);
            return dx;
        }
    }
}
