using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// The usual way to find what fires each cell: keep a batch's coefficients, take the top k of every cell over its
/// tokens, merge with the top k so far. It keeps no statistics, and ties fall as they may. (Transposed first: over
/// contiguous numbers <c>topk</c> takes 16 ns a cell and token, over strided ones 19.)
/// </summary>
internal sealed class TorchAtlas(PeerTransformer model, int layers, int top) : IDisposable
{
    private readonly Tensor?[] _coefficients = new Tensor?[layers]; // [cells, top]
    private readonly Tensor?[] _pointers = new Tensor?[layers]; // [cells, top]

    private long _seen;

    /// <summary>Runs a batch and takes in its coefficients.</summary>
    public void Observe(PreparedBatch batch)
    {
        using var scope = NewDisposeScope();
        var pointers = arange(_seen, _seen + batch.Tokens, ScalarType.Int64);
        _seen += batch.Tokens;
        bool padded = batch.Tokens < batch.Padded.NumberOfElements;
        model.Forward(batch.Padded, (layer, m) =>
        {
            using var inner = NewDisposeScope();
            var rows = m.view(-1, m.shape[2]);
            Take(layer, padded ? rows.index_select(0, batch.RealRows) : rows, pointers);
        });
    }

    public void Dispose()
    {
        foreach (var kept in _coefficients.Concat(_pointers)) kept?.Dispose();
    }

    private void Take(int layer, Tensor rows, Tensor pointers)
    {
        var (best, at) = rows.t().contiguous().topk((int)Math.Min(top, rows.shape[0]), 1, sorted: false);
        var from = pointers.index_select(0, at.view(-1)).view(at.shape);
        if (_coefficients[layer] is { } kept)
        {
            (best, at) = (kept = cat([kept, best], 1)).topk((int)Math.Min(top, kept.shape[1]), 1, sorted: false);
            from = cat([_pointers[layer]!, from], 1).gather(1, at);
            _coefficients[layer]!.Dispose();
            _pointers[layer]!.Dispose();
        }
        _coefficients[layer] = best.DetachFromDisposeScope();
        _pointers[layer] = from.DetachFromDisposeScope();
    }
}
