using Loci.Memory.Numerics;
using Loci.Models.Weights;

namespace Loci.Models;

/// <summary>
/// Where a model begins: a vector for every token, and one for every position where those are learned.
/// </summary>
public sealed class TokenEmbedding
{
    private readonly int _width, _firstPosition;
    private readonly float _scale;
    private readonly MatrixStore _tokens;
    private readonly NumbersStore? _positions;
    private readonly NormPart? _norm;

    internal TokenEmbedding(ModelSpec spec)
    {
        (_width, _scale, _firstPosition) = (spec.Width, spec.EmbeddingScale, spec.LearnedPositionOffset);
        _tokens = new(TensorSlot.OfModel(TensorRole.Embedding, spec.Vocabulary, spec.Width));
        if (spec.LearnedPositions)
            _positions = new(
                TensorSlot.OfModel(
                    TensorRole.Positions, checked(spec.Context + spec.LearnedPositionOffset), spec.Width));
        if (spec.EmbeddingNorm) _norm = new(spec, TensorRole.EmbeddingNorm, layer: -1);
    }

    /// <summary>As the output layer sees it: output t is token t's vector. [width → vocabulary]</summary>
    public PackedMatrix Matrix => _tokens.Matrix;

    /// <summary>Learned positions, or empty. [positions, width]</summary>
    public ReadOnlySpan<float> Positions => _positions is null ? [] : _positions.Numbers;

    internal IEnumerable<WeightStore> Stores =>
        [_tokens, .. _positions is null ? [] : new WeightStore[] { _positions }, .. _norm?.Stores ?? []];

    internal MatrixStore Tokens => _tokens;

    /// <summary>The stream that enters the first block.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="stream">Overwritten. [rows, width]</param>
    internal void Read(Batch batch, Span<float> stream)
    {
        for (int r = 0; r < batch.Rows; r++)
        {
            var row = stream.Slice(r * _width, _width);
            Matrix.CopyOutput(batch.Tokens[r], row);
            if (_scale != 1) Elementwise.Scale(row, _scale);
            if (_positions is not null)
                Elementwise.Add(row, _positions.Numbers.AsSpan((batch.Positions[r] + _firstPosition) * _width, _width));
        }
        _norm?.Weights.Apply(stream, stream);
    }
}
