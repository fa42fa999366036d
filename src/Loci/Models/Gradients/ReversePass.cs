using System.Runtime.InteropServices;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Gradients;

/// <summary>
/// A loss at chosen rows of a batch, and its gradient on the way back from there down to a chosen layer: by the stream
/// and every branch, by the coefficients of the cells, by a vector added to what a memory gives, by weights. The
/// forward pass has the bits of <see cref="Transformer.Forward"/>; the gradient of a sequence's values depends on no
/// other sequence and not on the number of threads. Nothing is allocated once it has seen its largest batch. One thread
/// uses it at a time.
/// </summary>
/// <remarks>
/// The formulas are in docs/gradients.md. It holds a second copy of every matrix that gradients pass through.
/// </remarks>
public sealed class ReversePass : IDisposable
{
    private readonly Transformer _transformer;
    private readonly int _lowest;
    private readonly TapedBlock[] _blocks; // from the lowest up
    private readonly Transposes _transposes;
    private readonly Workspace _workspace;
    private readonly BackwardWorkspace _backward = new();
    private readonly GrowingBuffer _entering = new(), _rows = new(), _logits = new();
    private readonly List<double> _losses = [];
    private Batch? _batch;
    private Objective? _objective;
    private ValueShift? _shift;

    /// <summary>A way back down to a layer.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="lowest">
    /// The lowest layer that gradients are wanted of, from 0. What lies below is run once for a batch.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public ReversePass(Transformer transformer, int lowest = 0)
        : this(transformer, lowest, new Transposes())
    {
    }

    private ReversePass(Transformer transformer, int lowest, Transposes transposes)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentOutOfRangeException.ThrowIfNegative(lowest);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lowest, transformer.Blocks.Count);
        (_transformer, _lowest, _transposes) = (transformer, lowest, transposes);
        _blocks = [.. transformer.Blocks.Skip(lowest)
            .Select((block, i) => new TapedBlock(block, lowest + i, transformer.Spec.Width))];
        _workspace = new(transformer.Spec);
    }

    /// <summary>The value of each term of the last loss, weights included, in the order they were added.</summary>
    public ReadOnlySpan<double> Losses => CollectionsMarshal.AsSpan(_losses);

    /// <summary>The same for a model of the same spec with other weights; matrices that are the same are
    /// shared.</summary>
    /// <exception cref="ArgumentException">The model has another spec.</exception>
    public ReversePass With(Transformer changed)
    {
        if (changed.Spec != _transformer.Spec) throw new ArgumentException("is of another spec", nameof(changed));
        return new(changed, _lowest, _transposes.Share(changed.Matrices));
    }

    /// <summary>The same down to another layer; the transposes that have been made are shared.</summary>
    internal ReversePass Above(int lowest) => new(_transformer, lowest, _transposes.Share(_transformer.Matrices));

    /// <summary>Takes a batch as far as the lowest layer. Needed before the first loss, and for every other
    /// batch.</summary>
    /// <param name="batch">The tokens; not to be changed before the last backward pass over them.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="LociException">A token is outside the vocabulary, or a sequence longer than the
    /// context.</exception>
    public void Read(Batch batch, Compute compute = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        (_batch, _objective) = (null, null);
        _transformer.Check(batch, memory: null);
        _transformer.Embedding.Read(batch, _workspace.Stream(batch.Rows));
        _transformer.Advance(Pass(batch, null, compute), _lowest, compute.Cancellation);
        _workspace.Stream(batch.Rows).CopyTo(_entering.Take(batch.Rows, _transformer.Spec.Width));
        _batch = batch;
    }

    /// <summary>The loss over the batch that was read.</summary>
    /// <param name="objective">What is wanted; not to be changed before the backward pass.</param>
    /// <param name="shift">What is added to the output of a feed-forward memory, or null.</param>
    /// <param name="tap">Called at the points of the lowest layer and those above, where gradients are taken; may
    /// change what it is shown. The way back takes a change as a constant that was added.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="ArgumentException">A row, token, layer or length does not exist.</exception>
    public double Forward(
        Objective objective, ValueShift? shift = null, Tap? tap = null, Compute compute = default)
    {
        var batch = _batch ?? throw new InvalidOperationException("No batch has been read.");
        Check(objective, shift, batch);
        int rows = batch.Rows, width = _transformer.Spec.Width, count = objective.Rows.Count;
        var pass = Pass(batch, tap, compute);
        var stream = _workspace.Stream(rows);                           // [rows, width]
        _entering.Take(rows, width).CopyTo(stream);
        for (int i = 0; i < _blocks.Length; i++)
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            _blocks[i].Forward(pass, shift?.Layer == _lowest + i ? shift : null);
        }
        var scored = _rows.Take(count, width);                          // the rows that terms name
        for (int r = 0; r < count; r++) stream.Slice(objective.Rows[r] * width, width).CopyTo(scored[(r * width)..]);
        var logits = _logits.Take(count, _transformer.Spec.Vocabulary);
        _transformer.Logits(scored, logits, compute);
        (_objective, _shift) = (objective, shift);
        return ObjectiveSlopes.Losses(objective, logits, _transformer.Spec.Vocabulary, _losses);
    }

    /// <summary>Goes back from the last loss; its shift receives its gradient.</summary>
    /// <param name="weights">Receives gradients of weights, added to what it holds; or null.</param>
    /// <param name="tap">Called at every point on the way, or null.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="ArgumentException">Weights of a layer below the lowest are wanted.</exception>
    public void Backward(WeightGradients? weights = null, GradientTap? tap = null, Compute compute = default)
    {
        var objective = _objective ?? throw new InvalidOperationException("There is no loss to go back from.");
        if (weights?.Lowest < _lowest)
            throw new ArgumentException(
                $"asks for layer {weights.Lowest}, gradients go down to layer {_lowest}", nameof(weights));
        var batch = _batch!;
        int rows = batch.Rows, width = _transformer.Spec.Width, count = objective.Rows.Count,
            vocabulary = _transformer.Spec.Vocabulary;
        var pass = new BackwardPass(batch, _backward, _transposes, weights, compute.Threads);
        var logits = _logits.Take(count, vocabulary);
        var slopes = _backward.Logits.Take(count, vocabulary);
        ObjectiveSlopes.Compute(objective, logits, slopes, vocabulary);
        var scored = _backward.Branch.Take(count, width);
        _transformer.Head.Back(pass, _rows.Take(count, width), logits, slopes, scored);
        var stream = _backward.Stream.Take(rows, width);                // [rows, width]
        stream.Clear();
        for (int r = 0; r < count; r++) scored.Slice(r * width, width).CopyTo(stream[(objective.Rows[r] * width)..]);

        int lowest = tap is not null ? _lowest : Math.Min(
            weights?.Lowest ?? int.MaxValue, _shift?.Layer ?? int.MaxValue); // nothing is wanted below
        for (int layer = _lowest + _blocks.Length - 1; layer >= lowest; layer--)
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            bool through = layer > lowest || tap is not null || weights is { WholeBlocks: true };
            _blocks[layer - _lowest].Back(pass, stream, _shift?.Layer == layer ? _shift : null, tap, through);
        }
    }

    /// <summary>ln P of every next token at a row that the last loss names.</summary>
    /// <param name="row">One of <see cref="Objective.Rows"/>.</param>
    /// <param name="destination">Overwritten. [vocabulary]</param>
    public void LogProbabilities(int row, Span<float> destination)
    {
        var objective = _objective ?? throw new InvalidOperationException("There is no loss yet.");
        int at = objective.Rows.ToList().IndexOf(row), vocabulary = _transformer.Spec.Vocabulary;
        if (at < 0) throw new ArgumentOutOfRangeException(nameof(row), row, "no term of the loss names it");
        _logits.Take(objective.Rows.Count, vocabulary).Slice(at * vocabulary, vocabulary).CopyTo(destination);
        Elementwise.Shift(destination[..vocabulary], -Reductions.LogSumExp(destination[..vocabulary]));
    }

    /// <inheritdoc/>
    public void Dispose() => _transposes.Dispose();

    private ForwardPass Pass(Batch batch, Tap? tap, Compute compute) =>
        new(batch, _workspace, tap, Memory: null, compute.Threads, AttentionTaps.None);

    private void Check(Objective objective, ValueShift? shift, Batch batch)
    {
        for (int i = 0; i < objective.Rows.Count; i++)
            if (objective.Rows[i] >= batch.Rows)
                throw new ArgumentException($"names row {objective.Rows[i]} of {batch.Rows}", nameof(objective));
        for (int i = 0; i < objective.Terms.Count; i++)
        {
            var term = objective.Terms[i];
            if (term.Kind != TermKind.Divergence) _transformer.CheckToken(term.Token);
            else if (term.Given!.Length != _transformer.Spec.Vocabulary)
                throw new ArgumentException(
                    $"gives {term.Given.Length} probabilities for {_transformer.Spec.Vocabulary} tokens",
                    nameof(objective));
        }
        if (shift is null) return;
        if (shift.Layer < _lowest || shift.Layer >= _transformer.Blocks.Count)
            throw new ArgumentException(
                $"is of layer {shift.Layer}, gradients go down to layer {_lowest} of {_transformer.Blocks.Count}",
                nameof(shift));
        if (shift.Delta.Length != _transformer.Spec.Width)
            throw new ArgumentException(
                $"has {shift.Delta.Length} numbers, the stream {_transformer.Spec.Width}", nameof(shift));
        for (int i = 0; i < shift.Rows.Count; i++)
            if ((uint)shift.Rows[i] >= (uint)batch.Rows)
                throw new ArgumentException($"names row {shift.Rows[i]} of {batch.Rows}", nameof(shift));
    }
}
