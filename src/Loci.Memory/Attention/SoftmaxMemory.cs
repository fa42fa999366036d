using System.Runtime.InteropServices;
using Loci.Memory.FastWeights;
using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// Softmax attention as a memory: the list of all pairs written, read by softmax(q·Kᵀ)V. It holds any number of pairs,
/// and grows with every one.
/// </summary>
/// <remarks>
/// Nothing scales q·k: longer keys and queries choose more sharply. A pair erased stays until its erasure can no longer
/// be undone. Not for use by several threads at once; <see cref="Clone"/> one for each.
/// </remarks>
public sealed unsafe class SoftmaxMemory : IAssociativeMemory
{
    /// <summary>What stands in a memory's file where fast weights have the number of their rule.</summary>
    internal const int FileId = 7;

    private const long Never = long.MaxValue;
    private const int FirstCapacity = 16;

    private readonly int _undoDepth;
    private readonly List<long> _erased = new(FirstCapacity); // the change that erased a pair
    private readonly List<long> _written = new(FirstCapacity); // the change that wrote it
    private float[] _keys = [], _values = [], _scores = []; // [pairs, keySize], [pairs, valueSize], [pairs]
    private long _changes;

    /// <summary>An empty memory.</summary>
    /// <param name="keySize">Length of a key, at least 1.</param>
    /// <param name="valueSize">Length of a value, at least 1.</param>
    /// <param name="undoDepth">How many changes can be undone, 0 to 1024.</param>
    public SoftmaxMemory(int keySize, int valueSize, int undoDepth = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(valueSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(undoDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(undoDepth, FastWeightOptions.MaxUndoDepth);
        (KeySize, ValueSize, _undoDepth) = (keySize, valueSize, undoDepth);
    }

    /// <inheritdoc/>
    public int KeySize { get; }

    /// <inheritdoc/>
    public int ValueSize { get; }

    /// <summary>Null: the list grows with every pair.</summary>
    public int? Capacity => null;

    /// <summary>Pairs that can be read.</summary>
    public int Count => CollectionsMarshal.AsSpan(_erased).Count(Never);

    /// <summary>Changes that <see cref="Undo"/> can take back.</summary>
    public int UndoCount { get; private set; }

    /// <summary>The pairs that can be read, the first written first: copies of key [KeySize] and value
    /// [ValueSize].</summary>
    public IEnumerable<(float[] Key, float[] Value)> Contents
    {
        get
        {
            for (int i = 0; i < _written.Count; i++)
                if (_erased[i] == Never) yield return (Key(i).ToArray(), Value(i).ToArray());
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        Require.SameLength(KeySize, key.Length, nameof(key));
        Require.SameLength(ValueSize, value.Length, nameof(value));
        Require.Finite(key, nameof(key));
        Require.Finite(value, nameof(value));
        if (_written.Count == _written.Capacity) Trim();
        Add(key, value, Change());
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<float> query, Span<float> destination)
    {
        Require.SameLength(KeySize, query.Length, nameof(query));
        Require.SameLength(ValueSize, destination.Length, nameof(destination));
        destination.Clear();
        float largest = float.NegativeInfinity, sum = 0;
        fixed (float* q = query, keys = _keys, values = _values, to = destination)
        {
            for (int i = 0; i < _written.Count; i++)
            {
                if (_erased[i] != Never) continue;
                _scores[i] = LaneSums<float>.Dot(q, keys + (nint)i * KeySize, KeySize);
                largest = MathF.Max(largest, _scores[i]);
            }
            for (int i = 0; i < _written.Count; i++)
            {
                if (_erased[i] != Never) continue;
                float weight = MathF.Exp(_scores[i] - largest);
                sum += weight;
                LaneSums<float>.AddScaled(to, weight, values + (nint)i * ValueSize, ValueSize);
            }
        }
        if (sum > 0)
            foreach (ref float x in destination) x /= sum;
    }

    /// <summary>Removes the pairs of exactly this key.</summary>
    /// <param name="key">[KeySize]</param>
    public void Erase(ReadOnlySpan<float> key)
    {
        Require.SameLength(KeySize, key.Length, nameof(key));
        Require.Finite(key, nameof(key));
        Change();
        for (int i = 0; i < _written.Count; i++)
            if (_erased[i] == Never && Key(i).SequenceEqual(key)) _erased[i] = _changes;
    }

    /// <summary>Empties the memory. Can be undone.</summary>
    public void Clear()
    {
        Change();
        foreach (ref long erased in CollectionsMarshal.AsSpan(_erased)) erased = Math.Min(erased, _changes);
    }

    /// <summary>Takes the last change back, to the bit.</summary>
    /// <returns>False if there is none that can be undone.</returns>
    public bool Undo()
    {
        if (UndoCount == 0) return false;
        int end = _written.Count;
        while (end > 0 && _written[end - 1] == _changes) end--;
        CollectionsMarshal.SetCount(_written, end);
        CollectionsMarshal.SetCount(_erased, end);
        foreach (ref long erased in CollectionsMarshal.AsSpan(_erased))
            if (erased == _changes) erased = Never;
        _changes--;
        UndoCount--;
        return true;
    }

    /// <summary>An independent copy, with what it can undo.</summary>
    public SoftmaxMemory Clone()
    {
        var copy = new SoftmaxMemory(KeySize, ValueSize, _undoDepth) { _changes = _changes, UndoCount = UndoCount };
        for (int i = 0; i < _written.Count; i++)
        {
            copy.Add(Key(i), Value(i), _written[i]);
            copy._erased[i] = _erased[i];
        }
        return copy;
    }

    /// <summary>Writes the memory to a stream, in the format of <see cref="FastWeightMemory.Save"/>. What could be
    /// undone is not part of it.</summary>
    /// <param name="stream">Where to.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        FastWeightFile.Write(stream, new(KeySize, ValueSize, FileId, Normalization.None, 0, FeatureMap.Identity),
            writer =>
        {
            writer.Write(Count);
            foreach (var (key, value) in Contents)
            {
                FastWeightFile.WriteNumbers(writer, key);
                FastWeightFile.WriteNumbers(writer, value);
            }
        });
    }

    /// <summary>Reads a memory that <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Where from; left behind the memory.</param>
    /// <param name="undoDepth">How many changes can be undone from now on, 0 to 1024.</param>
    /// <exception cref="InvalidDataException">Not a softmax memory, cut off, damaged anywhere, or of another
    /// version.</exception>
    public static SoftmaxMemory Load(Stream stream, int undoDepth = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return FastWeightFile.Read(stream, (header, reader, left) =>
        {
            if (header.Rule != FileId) throw new InvalidDataException(
                "is a fast-weight memory, not a list of softmax attention");
            if (header.KeySize < 1 || header.ValueSize < 1 || header.Map != FeatureMap.Identity
                || header.Normalization != Normalization.None)
                throw new InvalidDataException(
                    $"holds a list with keys of {header.KeySize} and values of {header.ValueSize}, or with a feature "
                    + $"map: none can be");
            int count = left >= sizeof(int) ? reader.ReadInt32() : -1;
            long pair = (long)header.KeySize + header.ValueSize;
            if (count < 0 || left - sizeof(int) != count * pair * sizeof(float))
                throw new InvalidDataException($"holds {left} bytes, which are not {count} pairs");
            var memory = new SoftmaxMemory(header.KeySize, header.ValueSize, undoDepth);
            float[] key = new float[count == 0 ? 0 : header.KeySize], value = new float[count == 0 ? 0
                : header.ValueSize];
            for (int i = 0; i < count; i++)
            {
                FastWeightFile.ReadNumbers(reader, key);
                FastWeightFile.ReadNumbers(reader, value);
                memory.Add(key, value, 0);
            }
            return memory;
        });
    }

    private ReadOnlySpan<float> Key(int pair) => _keys.AsSpan(pair * KeySize, KeySize);

    private ReadOnlySpan<float> Value(int pair) => _values.AsSpan(pair * ValueSize, ValueSize);

    private void Add(ReadOnlySpan<float> key, ReadOnlySpan<float> value, long change)
    {
        int count = _written.Count;
        Grow(ref _keys, KeySize);
        Grow(ref _values, ValueSize);
        Grow(ref _scores, 1);
        key.CopyTo(_keys.AsSpan(count * KeySize));
        value.CopyTo(_values.AsSpan(count * ValueSize));
        _erased.Add(Never);
        _written.Add(change);
    }

    private long Change()
    {
        UndoCount = Math.Min(UndoCount + 1, _undoDepth);
        return ++_changes;
    }

    // Drops the pairs whose erasure can no longer be undone, before the list would grow.
    private void Trim()
    {
        int kept = 0;
        for (int i = 0; i < _written.Count; i++)
        {
            if (_erased[i] <= _changes - UndoCount) continue;
            Key(i).CopyTo(_keys.AsSpan(kept * KeySize));
            Value(i).CopyTo(_values.AsSpan(kept * ValueSize));
            (_written[kept], _erased[kept]) = (_written[i], _erased[i]);
            kept++;
        }
        CollectionsMarshal.SetCount(_written, kept);
        CollectionsMarshal.SetCount(_erased, kept);
    }

    private void Grow(ref float[] array, int width)
    {
        if (array.Length >= (_written.Count + 1L) * width) return;
        Array.Resize(ref array, (int)Math.Min(Array.MaxLength, Math.Max(FirstCapacity, 2L * _written.Count) * width));
    }
}
