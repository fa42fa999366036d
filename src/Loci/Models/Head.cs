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
}
