namespace Loci.Models.Gradients;

/// <summary>
/// A loss: a sum of terms, each of the scores of one row of a batch. Rows count through the batch, from
/// <see cref="Batch.Sequence.FirstRow"/> on.
/// </summary>
public sealed class Objective
{
    private readonly List<ObjectiveTerm> _terms = [];
    private readonly List<int> _rows = [];
    private readonly Dictionary<int, int> _places = []; // of a row in the list

    /// <summary>The terms, as they were added.</summary>
    internal IReadOnlyList<ObjectiveTerm> Terms => _terms;

    /// <summary>Every row that a term names, once, in the order of first naming.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>−weight·ln P(token): cross-entropy.</summary>
    /// <param name="row">Whose next token.</param>
    /// <param name="token">The token that it should be.</param>
    /// <param name="weight">Any number.</param>
    public void AddTarget(int row, int token, double weight = 1) => Add(row, TermKind.Target, token, null, weight);

    /// <summary>weight·Σ p·(ln p − ln P): how far the scores are from a given distribution p.</summary>
    /// <param name="row">Whose next token.</param>
    /// <param name="logProbabilities">ln p. [vocabulary]</param>
    /// <param name="weight">Any number.</param>
    public void AddDivergence(int row, float[] logProbabilities, double weight = 1) =>
        Add(row, TermKind.Divergence, -1, logProbabilities, weight);

    /// <summary>weight times the score of a token, its logit.</summary>
    /// <param name="row">Whose next token.</param>
    /// <param name="token">The token.</param>
    /// <param name="weight">Any number.</param>
    public void AddScore(int row, int token, double weight = 1) => Add(row, TermKind.Score, token, null, weight);

    private void Add(int row, TermKind kind, int token, float[]? given, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        if (!double.IsFinite(weight)) throw new ArgumentOutOfRangeException(nameof(weight), weight, "must be finite");
        if (_places.TryAdd(row, _rows.Count)) _rows.Add(row);
        int at = _places[row];
        _terms.Add(new(at, kind, token, given, weight));
    }
}

/// <summary>What a term of a loss is.</summary>
internal enum TermKind
{
    Target,
    Divergence,
    Score,
}

/// <summary>One term of a loss.</summary>
/// <param name="Row">Place of its row in <see cref="Objective.Rows"/>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Token">Its token, or −1.</param>
/// <param name="Given">ln p of a divergence.</param>
/// <param name="Weight">Its factor.</param>
internal readonly record struct ObjectiveTerm(int Row, TermKind Kind, int Token, float[]? Given, double Weight);
