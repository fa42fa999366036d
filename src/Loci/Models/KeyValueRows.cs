using Loci.Memory.Attention;

namespace Loci.Models;

/// <summary>
/// What one softmax layer keeps of a text: keys and values of the tokens so far, or of those its window still shows.
/// </summary>
internal sealed class KeyValueRows
{
    private const int Step = 64; // rows leave by whole tiles of attention, whose sums so keep their order

    private readonly int _width; // floats in one row of keys, and of values
    private readonly int _window;
    private float[] _keys = [], _values = []; // [capacity, width]

    public KeyValueRows(ModelSpec spec, int layer) =>
        (_width, _window) = (spec.KeyValueHeads * spec.HeadSize, spec.AttentionWindow[layer]);

    private KeyValueRows(KeyValueRows other)
    {
        (_width, _window, First, Count) = (other._width, other._window, other.First, other.Count);
        (_keys, _values) = (other.Keys.ToArray(), other.Values.ToArray());
    }

    /// <summary>Position of the first row held.</summary>
    public int First { get; private set; }

    /// <summary>Rows held.</summary>
    public int Count { get; private set; }

    /// <summary>[Count, width]</summary>
    public ReadOnlySpan<float> Keys => _keys.AsSpan(0, Count * _width);

    /// <summary>[Count, width]</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count * _width);

    public long Bytes => sizeof(float) * 2L * _keys.Length;

    public KeyValueRows Clone() => new(this);

    /// <summary>Attends from new rows to all that is held and to themselves, and holds them too.</summary>
    /// <param name="shape">The layer's attention.</param>
    /// <param name="queryKeyValue">Fused rows. [rows, stride]</param>
    /// <param name="stride">Floats from one fused row to the next; keys and values are the last of them.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="mixed">[rows, heads·head size]</param>
    public void Attend(AttentionShape shape, ReadOnlySpan<float> queryKeyValue, int stride, int rows, Span<float> mixed)
    {
        int before = Count;
        Add(queryKeyValue, stride, rows);
        CausalAttention.Attend(
            shape, queryKeyValue, stride, rows, before, Keys, _width, Values, _width, mixed, shape.Heads * shape.HeadSize);
        Forget();
    }

    /// <summary>Goes back to saved rows.</summary>
    public void Restore(int first, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        (_keys, _values) = (keys.ToArray(), values.ToArray());
        (First, Count) = (first, keys.Length / _width);
    }

    private void Add(ReadOnlySpan<float> queryKeyValue, int stride, int rows)
    {
        int length = checked((Count + rows) * _width);
        if (_keys.Length < length)
        {
            int capacity = (int)Math.Min(Math.Max(length, 2L * _keys.Length), Array.MaxLength);
            Array.Resize(ref _keys, capacity);
            Array.Resize(ref _values, capacity);
        }
        for (int r = 0; r < rows; r++, Count++)
        {
            var row = queryKeyValue.Slice(r * stride + stride - 2 * _width, 2 * _width);
            row[.._width].CopyTo(_keys.AsSpan(Count * _width));
            row[_width..].CopyTo(_values.AsSpan(Count * _width));
        }
    }

    // What no later query sees goes, in whole steps.
    private void Forget()
    {
        if (_window == 0) return;
        int seen = First + Count - _window + 1, gone = (seen - First) / Step * Step;
        if (gone <= 0) return;
        _keys.AsSpan(gone * _width, (Count - gone) * _width).CopyTo(_keys);
        _values.AsSpan(gone * _width, (Count - gone) * _width).CopyTo(_values);
        (First, Count) = (First + gone, Count - gone);
    }
}
