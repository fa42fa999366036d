using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>
/// A forward pass that can be gone back: from a gradient of scores at chosen rows down to the stream that leaves a
/// layer, and to that layer's matrices. What lies below is never touched.
/// </summary>
internal sealed class StreamReverse
{
    private readonly Transformer _transformer;
    private readonly int _lowest;
    private readonly BlockReverse?[] _blocks;
    private readonly BlockTape[] _tapes;
    private readonly PackedMatrix _output; // [vocabulary → width]
    private readonly Workspace _workspace;
    private readonly Compute _compute;
    private Batch _batch = new();

    /// <summary>Prepares to go back to the stream that leaves a layer, or through the layer.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="through">True to go through the layer's own parts, for its matrices.</param>
    /// <param name="compute">Threads to use.</param>
    /// <exception cref="UnsupportedException">A part on the way has no pull-back here.</exception>
    public StreamReverse(Transformer transformer, int layer, bool through, Compute compute)
    {
        var spec = transformer.Spec;
        if (spec.Head.SoftCap > 0)
            throw new UnsupportedException("The scores have a soft cap, through which gradients are not implemented.");
        (_transformer, _compute, _workspace) = (transformer, compute, new(spec));
        _lowest = through ? layer : layer + 1;
        _blocks = [.. Enumerable.Range(0, spec.Layers).Select(l => l < _lowest ? null : new BlockReverse(transformer,
            l))];
        _tapes = [.. Enumerable.Range(0, spec.Layers).Select(_ => new BlockTape())];
        var slot = transformer.Tensors.First(
            tensor => tensor.Role == (spec.Head.Tied ? TensorRole.Embedding : TensorRole.Output));
        _output = PackedMatrix.Pack(transformer.Read(slot), spec.Vocabulary, spec.Width, outputsFirst: false);
    }

    private StreamReverse(StreamReverse other, Transformer transformer)
    {
        (_transformer, _lowest, _output, _compute) = (transformer, other._lowest, other._output, other._compute);
        (_tapes, _workspace, _blocks) = (other._tapes, other._workspace, [.. other._blocks]);
        _blocks[_lowest] = new BlockReverse(transformer, _lowest);
    }

    /// <summary>The same for a model that differs in the lowest layer it goes through, and nowhere else.</summary>
    public StreamReverse With(Transformer transformer) => new(this, transformer);

    /// <summary>The scores at chosen rows. [rows, vocabulary]</summary>
    /// <param name="batch">The texts.</param>
    /// <param name="rows">Rows of the batch whose next token counts.</param>
    /// <param name="change">Changes values as they pass, or null.</param>
    public float[] Forward(Batch batch, IReadOnlyList<int> rows, Tap? change = null)
    {
        _batch = batch;
        _transformer.Forward(batch, _workspace, (point, layer, values, of) =>
        {
            change?.Invoke(point, layer, values, of);
            if (layer >= _lowest) _tapes[layer].Keep(point, values);
        }, compute: _compute,
            inside: _lowest < _transformer.Spec.Layers ? AttentionTaps.Heads | AttentionTaps.Patterns
                : AttentionTaps.None);
        float[] picked = Picked(rows), logits = new float[rows.Count * _transformer.Spec.Vocabulary];
        _transformer.Logits(picked, logits, _compute);
        FiniteValues.RequireLogits(logits, _transformer.Spec.Vocabulary);
        return logits;
    }

    /// <summary>The gradient of the stream that leaves the layer, after <see cref="Forward"/>. [rows of the batch,
    /// width]</summary>
    /// <param name="rows">The rows the scores were read at.</param>
    /// <param name="logits">The gradient of their scores. [rows, vocabulary]</param>
    /// <param name="weights">Receives the gradients of the layer's matrices, where it was made to go through
    /// it.</param>
    public float[] Back(IReadOnlyList<int> rows, ReadOnlySpan<float> logits, BlockGradients? weights = null)
    {
        int width = _transformer.Spec.Width;
        float[] normed = new float[rows.Count * width], top = new float[rows.Count * width];
        MatrixProduct.Multiply(logits, rows.Count, _output, [], normed, _compute.Threads);
        NormReverse.Add(_transformer.Head.Norm, Picked(rows), normed, top);
        float[] gradient = new float[_batch.Rows * width];              // [rows of the batch, width]
        for (int r = 0; r < rows.Count; r++)
            Elementwise.Add(gradient.AsSpan(rows[r] * width, width), top.AsSpan(r * width, width));
        for (int layer = _blocks.Length - 1; layer >= _lowest; layer--)
            _blocks[layer]!.Back(
                _batch, _tapes[layer], gradient, layer == _lowest ? weights : null, layer > _lowest || weights is null,
                _compute.Threads);
        return gradient;
    }

    // The final stream at rows. [rows, width]
    private float[] Picked(IReadOnlyList<int> rows)
    {
        int width = _transformer.Spec.Width;
        var stream = _workspace.Stream(_batch.Rows);
        float[] picked = new float[rows.Count * width];
        for (int r = 0; r < rows.Count; r++)
            stream.Slice(rows[r] * width, width).CopyTo(picked.AsSpan(r * width));
        return picked;
    }
}
