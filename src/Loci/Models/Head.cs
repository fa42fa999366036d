using System.Buffers;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Models;

/// <summary>
/// Where a model ends: the final norm, and a product with the output embedding that scores every token.
/// </summary>
public sealed class Head
{
    private readonly NormPart _norm;
    private readonly MatrixStore? _own;
    private readonly TokenEmbedding _embedding;
    private readonly float _softCap;

    internal Head(ModelSpec spec, TokenEmbedding embedding)
    {
        (_embedding, _softCap) = (embedding, spec.Head.SoftCap);
        _norm = new(spec, TensorRole.FinalNorm, layer: -1);
        if (!spec.Head.Tied) _own = new(TensorSlot.OfModel(TensorRole.Output, spec.Vocabulary, spec.Width));
    }

    /// <summary>The norm before the output embedding.</summary>
    public NormWeights Norm => _norm.Weights;

    /// <summary>The output embedding; the token embedding itself where they are tied. [width → vocabulary]</summary>
    public PackedMatrix Output => (_own ?? _embedding.Tokens).Matrix;

    internal IEnumerable<WeightStore> Stores => _own is null ? _norm.Stores : [.. _norm.Stores, _own];

    /// <summary>The scores of the next token.</summary>
    /// <param name="stream">Rows that leave the last block. [rows, width]</param>
    /// <param name="logits">Overwritten. [rows, vocabulary]</param>
    /// <param name="threads">Most threads to use.</param>
    internal void Read(ReadOnlySpan<float> stream, Span<float> logits, int threads)
    {
        int rows = stream.Length / Norm.Gain.Length;
        float[] rented = ArrayPool<float>.Shared.Rent(stream.Length);
        var normed = rented.AsSpan(0, stream.Length);                   // [rows, width]
        Norm.Apply(stream, normed);
        Score(normed, rows, logits, threads);
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Scores of rows that are normed already, the soft cap applied.</summary>
    /// <param name="normed">[rows, width]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="logits">Overwritten. [rows, vocabulary]</param>
    /// <param name="threads">Most threads to use.</param>
    internal void Score(ReadOnlySpan<float> normed, int rows, Span<float> logits, int threads = 1)
    {
        Project(normed, rows, logits, threads);
        if (_softCap > 0) Elementwise.SoftCap(logits, _softCap);
    }

    /// <summary>What vectors add to the scores: the product alone, without norm and soft cap.</summary>
    /// <param name="vectors">[rows, width]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="logits">Overwritten. [rows, vocabulary]</param>
    /// <param name="threads">Most threads to use.</param>
    internal void Project(ReadOnlySpan<float> vectors, int rows, Span<float> logits, int threads = 1) =>
        MatrixProduct.Multiply(vectors, rows, Output, [], logits, threads);

    /// <summary>From the gradient of the scores to that of the rows they were read from.</summary>
    /// <param name="pass">The way back.</param>
    /// <param name="stream">What <see cref="Read"/> read. [rows, width]</param>
    /// <param name="logits">What it gave. [rows, vocabulary]</param>
    /// <param name="dLogits">The gradient of that; changed. [rows, vocabulary]</param>
    /// <param name="dStream">Overwritten. [rows, width]</param>
    internal void Back(
        BackwardPass pass, ReadOnlySpan<float> stream, ReadOnlySpan<float> logits, Span<float> dLogits,
        Span<float> dStream)
    {
        int width = Norm.Gain.Length, rows = stream.Length / width;
        if (_softCap > 0) Elementwise.MultiplyBySoftCapSlope(dLogits, logits, _softCap);
        var dNormed = pass.Workspace.Normed.Take(rows, width);          // [rows, width]
        pass.Multiply(dLogits, Output, dNormed);
        dStream.Clear();
        _norm.Back(stream, dNormed, dStream, weights: null);
    }
}
