namespace Loci.Memory.Attention;

/// <summary>
/// The memory of softmax attention: the list of all pairs of key and value written so far, or of those that a window
/// still shows. It grows with every write; nothing in it is ever overwritten. A text cut into calls in any way reads
/// the same bits. Not for use by several threads at once; <see cref="Clone"/> one for each.
/// </summary>
/// <remarks>Vaswani et al. 2017, arXiv 1706.03762; what it computes is <see cref="CausalAttention"/>.</remarks>
public sealed class ContextList
{
    private const int Step = 64; // rows leave by whole tiles of attention, whose sums so keep their order

    private readonly AttentionShape _shape;
    private readonly int _width; // floats in one row of keys, and of values
    private float[] _keys = [], _values = []; // [room, width]

    /// <summary>An empty list.</summary>
    /// <param name="shape">Heads, scale, window.</param>
    /// <exception cref="ArgumentException">The shape is impossible.</exception>
    public ContextList(AttentionShape shape)
    {
        shape.Check();
        (_shape, _width) = (shape, shape.KeyValueHeads * shape.HeadSize);
    }

    private ContextList(ContextList other)
    {
        (_shape, _width, First, Count) = (other._shape, other._width, other.First, other.Count);
        (_keys, _values) = (other.Keys.ToArray(), other.Values.ToArray());
    }

    /// <summary>Most pairs a query sees; null where it sees all of them.</summary>
    public int? Capacity => _shape.Window == 0 ? null : _shape.Window;

    /// <summary>Position of the first pair held.</summary>
    public int First { get; private set; }

    /// <summary>Pairs held.</summary>
    public int Count { get; private set; }

    /// <summary>The keys held. [Count, key-value heads·head size]</summary>
    public ReadOnlySpan<float> Keys => _keys.AsSpan(0, Count * _width);

    /// <summary>The values held. [Count, key-value heads·head size]</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count * _width);

    /// <summary>Bytes held.</summary>
    public long Bytes => sizeof(float) * 2L * _keys.Length;

    /// <summary>Appends pairs.</summary>
    /// <param name="keys">[count, keyStride], a row beginning with [key-value heads, head size].</param>
    /// <param name="keyStride">Floats between keys.</param>
    /// <param name="values">[count, valueStride], a row beginning with [key-value heads, head size].</param>
    /// <param name="valueStride">Floats between values.</param>
    /// <param name="count">Pairs.</param>
    public void Write(ReadOnlySpan<float> keys, int keyStride, ReadOnlySpan<float> values, int valueStride, int count)
    {
        int length = checked((Count + count) * _width);
        if (_keys.Length < length)
        {
            int room = (int)Math.Min(Math.Max(length, 2L * _keys.Length), Array.MaxLength);
            Array.Resize(ref _keys, room);
            Array.Resize(ref _values, room);
        }
        for (int r = 0; r < count; r++, Count++)
        {
            keys.Slice(r * keyStride, _width).CopyTo(_keys.AsSpan(Count * _width));
            values.Slice(r * valueStride, _width).CopyTo(_values.AsSpan(Count * _width));
        }
    }

    /// <summary>
    /// Reads what the queries of the newest pairs retrieve, each from the pairs up to its own; what no later
    /// query sees is then let go.
    /// </summary>
    /// <param name="queries">[count, queryStride], a row beginning with [heads, head size].</param>
    /// <param name="queryStride">Floats between queries.</param>
    /// <param name="count">Queries: those of the last pairs written.</param>
    /// <param name="destination">Overwritten. [count, heads·head size]</param>
    public void Read(ReadOnlySpan<float> queries, int queryStride, int count, Span<float> destination)
    {
        CausalAttention.Attend(
            _shape, queries, queryStride, count, Count - count, Keys, _width, Values, _width, destination,
            _shape.Heads * _shape.HeadSize);
        Forget();
    }

    /// <summary>
    /// Takes pairs out, as if their tokens had never been read by this layer. Keys that were turned by
    /// position stay as they are.
    /// </summary>
    /// <param name="position">Position of the first of them.</param>
    /// <param name="count">Pairs.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all held.</exception>
    /// <exception cref="InvalidOperationException">
    /// The list has a window or biases by distance; distances would shift.
    /// </exception>
    public void Erase(int position, int count = 1)
    {
        if (_shape.Window != 0 || _shape.Alibi is not null)
            throw new InvalidOperationException(
                "A list with a window or biases by distance cannot lose pairs: its distances would shift.");
        ArgumentOutOfRangeException.ThrowIfLessThan(position, First);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + (long)count, First + (long)Count, nameof(count));
        int from = (position - First + count) * _width, to = (position - First) * _width, left = Count * _width - from;
        _keys.AsSpan(from, left).CopyTo(_keys.AsSpan(to));
        _values.AsSpan(from, left).CopyTo(_values.AsSpan(to));
        Count -= count;
    }

    /// <summary>Empties the list.</summary>
    public void Clear() => (First, Count) = (0, 0);

    /// <summary>Goes back to pairs that were held before.</summary>
    /// <param name="first">Position of the first of them.</param>
    /// <param name="keys">[count, key-value heads·head size]</param>
    /// <param name="values">[count, key-value heads·head size]</param>
    public void Restore(int first, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        if (keys.Length != values.Length || keys.Length % _width != 0)
            throw new ArgumentException(
                $"{keys.Length} numbers of keys and {values.Length} of values are no rows of {_width}", nameof(keys));
        (_keys, _values) = (keys.ToArray(), values.ToArray());
        (First, Count) = (first, keys.Length / _width);
    }

    /// <summary>An independent copy: the fork of a text.</summary>
    public ContextList Clone() => new(this);

    // What no later query sees goes, in whole steps.
    private void Forget()
    {
        if (_shape.Window == 0) return;
        int seen = First + Count - _shape.Window + 1, gone = (seen - First) / Step * Step;
        if (gone <= 0) return;
        _keys.AsSpan(gone * _width, (Count - gone) * _width).CopyTo(_keys);
        _values.AsSpan(gone * _width, (Count - gone) * _width).CopyTo(_values);
        (First, Count) = (First + gone, Count - gone);
    }
}
