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
    private readonly NumbersStore? _bias;
    private readonly float _softCap, _scale;

    internal Head(ModelSpec spec, TokenEmbedding embedding)
    {
        (_embedding, _softCap, _scale) = (embedding, spec.Head.SoftCap, spec.Head.Scale);
        var output = TensorSlot.OfModel(TensorRole.Output, spec.Vocabulary, spec.Width);
        _norm = new(spec, TensorRole.FinalNorm, layer: -1);
        if (!spec.Head.Tied) _own = new(output);
        if (spec.Head.Bias) _bias = new(output.Bias);
    }

    /// <summary>The norm before the output embedding.</summary>
    public NormWeights Norm => _norm.Weights;

    /// <summary>The output embedding; the token embedding itself where they are tied. [width → vocabulary]</summary>
    public PackedMatrix Output => (_own ?? _embedding.Tokens).Matrix;

    /// <summary>What every token scores in any case, or empty. [vocabulary]</summary>
    public ReadOnlySpan<float> Bias => _bias is null ? [] : _bias.Numbers;

    internal IEnumerable<WeightStore> Stores =>
        [.. _norm.Stores, .. new WeightStore?[] { _own, _bias }.OfType<WeightStore>()];

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

    /// <summary>Scores of rows that are normed already, with bias and soft cap.</summary>
    /// <param name="normed">[rows, width]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="logits">Overwritten. [rows, vocabulary]</param>
    /// <param name="threads">Most threads to use.</param>
    internal void Score(ReadOnlySpan<float> normed, int rows, Span<float> logits, int threads = 1)
    {
        Project(normed, rows, logits, threads);
        for (int r = 0; r < rows && _bias is not null; r++)
            Elementwise.Add(logits.Slice(r * _bias.Count, _bias.Count), _bias.Numbers);
        if (_softCap > 0) Elementwise.SoftCap(logits, _softCap);
    }

    /// <summary>What vectors add to the scores: the product and its factor, without norm, bias and soft cap.</summary>
    /// <param name="vectors">[rows, width]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="logits">Overwritten. [rows, vocabulary]</param>
    /// <param name="threads">Most threads to use.</param>
    internal void Project(ReadOnlySpan<float> vectors, int rows, Span<float> logits, int threads = 1)
    {
        MatrixProduct.Multiply(vectors, rows, Output, [], logits, threads);
        if (_scale != 1) Elementwise.Scale(logits[..checked(rows * Output.Outputs)], _scale);
    }

    /// <summary>What a vector of the normed stream is multiplied with for a token's score, the factor
    /// included.</summary>
    /// <param name="token">The token.</param>
    /// <param name="vector">Overwritten. [width]</param>
    internal void CopyVector(int token, Span<float> vector)
    {
        Output.CopyOutput(token, vector);
        if (_scale != 1) Elementwise.Scale(vector, _scale);
    }

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
        if (_scale != 1) Elementwise.Scale(dLogits, _scale);
        var dNormed = pass.Workspace.Normed.Take(rows, width);          // [rows, width]
        pass.Multiply(dLogits, Output, dNormed);
        dStream.Clear();
        _norm.Back(stream, dNormed, dStream, weights: null);
    }
}
