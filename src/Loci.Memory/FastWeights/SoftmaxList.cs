using System.Runtime.InteropServices;
using Loci.Memory.FastWeights.Kernels;

namespace Loci.Memory.FastWeights;

/// <summary>The pairs that softmax attention looks through. A pair erased stays until its erasure can no longer be undone.</summary>
internal sealed unsafe class SoftmaxList(int keySize, int valueSize)
{
    private const long Never = long.MaxValue;
    private const int FirstCapacity = 16;

    private readonly List<long> _erased = new(FirstCapacity); // the change that erased a pair
    private readonly List<long> _written = new(FirstCapacity); // the change that wrote it
    private float[] _keys = [], _values = [], _scores = [];

    /// <summary>Pairs, erased ones among them.</summary>
    public int Count => _written.Count;

    /// <summary>The pairs that are not erased.</summary>
    public int Live => CollectionsMarshal.AsSpan(_erased).Count(Never);

    public ReadOnlySpan<float> Key(int pair) => _keys.AsSpan(pair * keySize, keySize);

    public ReadOnlySpan<float> Value(int pair) => _values.AsSpan(pair * valueSize, valueSize);

    public bool IsLive(int pair) => _erased[pair] == Never;

    public void Add(ReadOnlySpan<float> key, ReadOnlySpan<float> value, long change)
    {
        Grow(ref _keys, keySize);
        Grow(ref _values, valueSize);
        Grow(ref _scores, 1);
        key.CopyTo(_keys.AsSpan(Count * keySize));
        value.CopyTo(_values.AsSpan(Count * valueSize));
        _erased.Add(Never);
        _written.Add(change);
    }

    /// <summary>Erases the pairs of exactly this key.</summary>
    public void Erase(ReadOnlySpan<float> key, long change)
    {
        for (int i = 0; i < Count; i++)
            if (_erased[i] == Never && Key(i).SequenceEqual(key)) _erased[i] = change;
    }

    public void Undo(long change)
    {
        int end = Count;
        while (end > 0 && _written[end - 1] == change) end--;
        CollectionsMarshal.SetCount(_written, end);
        CollectionsMarshal.SetCount(_erased, end);
        foreach (ref long erased in CollectionsMarshal.AsSpan(_erased))
            if (erased == change) erased = Never;
    }

    public void EraseAll(long change)
    {
        foreach (ref long erased in CollectionsMarshal.AsSpan(_erased)) erased = Math.Min(erased, change);
    }

    /// <summary>softmax(q·Kᵀ)V over the live pairs; zero if there are none.</summary>
    public void Read(ReadOnlySpan<float> query, Span<float> destination)
    {
        destination.Clear();
        float largest = float.NegativeInfinity, sum = 0;
        fixed (float* q = query, keys = _keys, values = _values, to = destination)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_erased[i] != Never) continue;
                _scores[i] = LaneSums<float>.Dot(q, keys + (nint)i * keySize, keySize);
                largest = MathF.Max(largest, _scores[i]);
            }
            for (int i = 0; i < Count; i++)
            {
                if (_erased[i] != Never) continue;
                float weight = MathF.Exp(_scores[i] - largest);
                sum += weight;
                LaneSums<float>.AddScaled(to, weight, values + (nint)i * valueSize, valueSize);
            }
        }
        if (sum > 0)
            foreach (ref float x in destination) x /= sum;
    }

    public SoftmaxList Clone()
    {
        var copy = new SoftmaxList(keySize, valueSize);
        for (int i = 0; i < Count; i++)
        {
            copy.Add(Key(i), Value(i), _written[i]);
            copy._erased[i] = _erased[i];
        }
        return copy;
    }

    private void Grow(ref float[] array, int width)
    {
        if (array.Length >= (Count + 1L) * width) return;
        Array.Resize(ref array, (int)Math.Min(Array.MaxLength, Math.Max(FirstCapacity, 2L * Count) * width));
    }
}
