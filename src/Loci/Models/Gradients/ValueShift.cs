namespace Loci.Models.Gradients;

/// <summary>
/// A vector added to what the feed-forward memory of a layer gives, before any norm on it, at some rows of a batch:
/// what a value is optimised with before it is written. A backward pass leaves the loss's gradient by it.
/// </summary>
/// <param name="layer">The layer, from 0.</param>
/// <param name="rows">Rows of the batch; the same vector is added at each.</param>
/// <param name="delta">The vector; may be changed between passes. [width]</param>
public sealed class ValueShift(int layer, IReadOnlyList<int> rows, float[] delta)
{
    /// <summary>The layer.</summary>
    public int Layer => layer;

    /// <summary>Rows of the batch.</summary>
    public IReadOnlyList<int> Rows => rows;

    /// <summary>The vector. [width]</summary>
    public float[] Delta => delta;

    /// <summary>The gradient by it, summed over the rows in their order; of the last backward pass. [width]</summary>
    public float[] Gradient { get; } = new float[delta.Length];
}
