using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Studies.Layers;

/// <summary>
/// Reads a feed-forward layer as a neural memory: puts a softmax over the cells in the place of f. One thread's.
/// </summary>
/// <remarks>
/// The pre-activations a = x·K + b cannot be had from m (ReLU forgets the negative ones), so they are computed once
/// more from x. A gated cell, m = f(g)·u, keeps its content key: m = softmax(g)·u.
/// </remarks>
internal sealed class SoftmaxRead(Transformer transformer)
{
    private float[] _x = [], _a = [], _content = [], _before = [], _after = [];

    /// <summary>A tap that replaces the coefficients of every row, in one layer or (null) in all.</summary>
    public static Tap Tap(Transformer transformer, SoftmaxReplacement replacement, int? only)
    {
        var read = new SoftmaxRead(transformer);
        return (point, layer, values, batch) =>
        {
            if (only is { } one && one != layer) return;
            if (point == TapPoint.FeedForwardInput) values.CopyTo(Rent(ref read._x, values.Length));
            else if (point == TapPoint.Coefficients) read.Replace(replacement, layer, read._x, values, batch.Rows);
        };
    }

    /// <summary>softmax(a) in the place of f(a), for every row.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">What meets the keys. [rows, width]</param>
    /// <param name="coefficients">[rows, cells]</param>
    /// <param name="rows">Rows.</param>
    public void Coefficients(int layer, ReadOnlySpan<float> x, Span<float> coefficients, int rows)
    {
        var memory = transformer.Blocks[layer].Cells;
        int cells = memory.Capacity;
        memory.Score(x, rows, coefficients);
        for (int r = 0; r < rows; r++) Softmax.Apply(coefficients.Slice(r * cells, cells));
        if (!memory.IsGated) return;
        var content = Rent(ref _content, rows * cells);                 // [rows, cells]
        memory.Content(x, rows, content);
        Elementwise.Multiply(coefficients[..(rows * cells)], content);
    }

    /// <summary>‖m·V‖ of every row, without the output bias and before a norm.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="coefficients">[rows, cells]</param>
    /// <param name="norms">[rows]</param>
    public void Written(int layer, ReadOnlySpan<float> coefficients, Span<float> norms)
    {
        int width = transformer.Spec.Width;
        var written = Rent(ref _a, norms.Length * width);               // [rows, width]
        transformer.Blocks[layer].Cells.RecallCells(coefficients, norms.Length, written);
        for (int r = 0; r < norms.Length; r++)
            norms[r] = MathF.Sqrt(Reductions.SumOfSquares(written.Slice(r * width, width)));
    }

    private void Replace(
        SoftmaxReplacement replacement, int layer, ReadOnlySpan<float> x, Span<float> coefficients, int rows)
    {
        if (replacement == SoftmaxReplacement.Nothing)
        {
            coefficients.Clear();
            return;
        }
        var before = Rent(ref _before, rows);
        var after = Rent(ref _after, rows);
        if (replacement == SoftmaxReplacement.NormMatched) Written(layer, coefficients, before);
        Coefficients(layer, x, coefficients, rows);
        if (replacement != SoftmaxReplacement.NormMatched) return;
        Written(layer, coefficients, after);
        int cells = transformer.Blocks[layer].Cells.Capacity;
        for (int r = 0; r < rows; r++)
            Elementwise.Scale(coefficients.Slice(r * cells, cells), after[r] > 0 ? before[r] / after[r] : 0);
    }

    private static Span<float> Rent(ref float[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new float[length];
        return buffer.AsSpan(0, length);
    }
}
