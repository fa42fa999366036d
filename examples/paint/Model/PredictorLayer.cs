using Loci.Checkpoints;
using Loci.Memory.FeedForward;
using Loci.Memory.Numerics;

namespace Paint.Model;

/// <summary>A layer of the encoder, or of the decoder, which reads the encoder's tokens besides.</summary>
internal sealed class PredictorLayer(Checkpoint file, string name, bool reads)
{
    private readonly NormLayer _selfNorm = new(file, $"{name}.self_norm"), _cellsNorm = new(file, $"{name}.cells_norm");
    private readonly AttentionLayer _self = new(file, $"{name}.self");
    private readonly NormLayer? _crossNorm = reads ? new(file, $"{name}.cross_norm") : null;
    private readonly AttentionLayer? _cross = reads ? new(file, $"{name}.cross") : null;
    private readonly FeedForwardMemory _cells = CellsLayer.Read(file, name);

    /// <param name="x">Changed in place. [patches, rows, width]</param>
    /// <param name="memory">What a decoder's layer reads. [patches, tokens, width]</param>
    /// <param name="patches">In the batch.</param>
    /// <param name="show">Sees the coefficients of the cells, and may change them. [patches · rows, cells]</param>
    public void Apply(float[] x, float[]? memory, int patches, Action<float[]>? show)
    {
        float[] normed = _selfNorm.Apply(x);
        Elementwise.Add(x, _self.Apply(normed, normed, patches));
        if (_cross is not null) Elementwise.Add(x, _cross.Apply(_crossNorm!.Apply(x), memory!, patches));
        int rows = x.Length / PredictorShape.Width;
        float[] m = new float[rows * PredictorShape.Cells], y = new float[x.Length];
        _cells.Address(_cellsNorm.Apply(x), rows, m);
        show?.Invoke(m);
        _cells.Recall(m, rows, y);
        Elementwise.Add(x, y);
    }
}
