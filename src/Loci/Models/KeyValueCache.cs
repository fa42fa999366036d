namespace Loci.Models;

/// <summary>The memory of softmax attention: the keys and values of the tokens so far. It grows with the text.</summary>
public sealed class KeyValueCache
{
    private readonly int _width; // floats in one row of keys, and of values
    private readonly float[][] _keys; // [layers][capacity, width]
    private readonly float[][] _values;

    /// <summary>An empty cache.</summary>
    public KeyValueCache(ModelSpec spec)
    {
        _width = spec.KeyValueHeads * spec.HeadSize;
        _keys = [.. Enumerable.Repeat(Array.Empty<float>(), spec.Layers)];
        _values = [.. Enumerable.Repeat(Array.Empty<float>(), spec.Layers)];
    }

    /// <summary>Tokens held.</summary>
    public int Length { get; private set; }

    internal ReadOnlySpan<float> Keys(int layer, int rows) => _keys[layer].AsSpan(0, rows * _width);

    internal ReadOnlySpan<float> Values(int layer, int rows) => _values[layer].AsSpan(0, rows * _width);

    /// <summary>Writes one layer's rows behind the tokens held; <see cref="Advance"/> makes them count.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="queryKeyValue">Fused rows; keys and values are their last columns. [rows, stride]</param>
    /// <param name="rows">Rows to write.</param>
    /// <param name="stride">Floats from one fused row to the next.</param>
    internal void Write(int layer, ReadOnlySpan<float> queryKeyValue, int rows, int stride)
    {
        Grow(ref _keys[layer], (Length + rows) * _width);
        Grow(ref _values[layer], (Length + rows) * _width);
        for (int r = 0; r < rows; r++)
        {
            var row = queryKeyValue.Slice(r * stride + stride - 2 * _width, 2 * _width);
            row[.._width].CopyTo(_keys[layer].AsSpan((Length + r) * _width));
            row[_width..].CopyTo(_values[layer].AsSpan((Length + r) * _width));
        }
    }

    internal void Advance(int rows) => Length += rows;

    private static void Grow(ref float[] rows, int length)
    {
        if (rows.Length < length) Array.Resize(ref rows, Math.Max(length, 2 * rows.Length));
    }
}
