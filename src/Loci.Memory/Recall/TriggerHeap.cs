using System.Runtime.InteropServices;

namespace Loci.Memory.Recall;

/// <summary>
/// The strongest t prefixes of one cell at one pole: a binary heap with the weakest at the root, so that the threshold
/// is always the true one and the state is never more than t entries. It grows with what it holds: a
/// dead cell costs nothing.
/// </summary>
internal struct TriggerHeap
{
    private Entry[] _entries;

    public TriggerHeap() => _entries = [];

    public int Count { get; private set; }

    /// <summary>The magnitude from which on a prefix may enter: no zero ever does.</summary>
    public readonly float Threshold(int capacity) => Count < capacity ? float.Epsilon : _entries[0].Magnitude;

    /// <summary>Takes the prefix in if it ranks among the strongest <paramref name="capacity"/>.</summary>
    public void Offer(float magnitude, long pointer, int capacity)
    {
        var entry = new Entry(magnitude, pointer);
        if (Count < capacity)
        {
            if (Count == _entries.Length) Array.Resize(ref _entries, Math.Min(capacity, Math.Max(8, 2 * Count)));
            RaiseFrom(Count++, entry);
        }
        else if (_entries[0].WeakerThan(entry))
        {
            SinkFromRoot(entry);
        }
    }

    /// <summary>Takes in what another heap holds.</summary>
    public void Merge(in TriggerHeap other, int capacity)
    {
        foreach (var entry in other._entries.AsSpan(0, other.Count)) Offer(entry.Magnitude, entry.Pointer, capacity);
    }

    /// <summary>The prefixes, strongest first.</summary>
    /// <exception cref="InvalidOperationException">A prefix is there twice.</exception>
    public readonly Trigger[] Ranked(Pole pole)
    {
        var entries = _entries.AsSpan(0, Count).ToArray();
        Array.Sort(entries, static (a, b) => a.WeakerThan(b) ? 1 : b.WeakerThan(a) ? -1 : 0);
        for (int i = 1; i < entries.Length; i++)
        {
            if (entries[i].WeakerThan(entries[i - 1])) continue;
            throw new InvalidOperationException(
                $"Sentence {PrefixPointer.Sentence(entries[i].Pointer)} was observed more than once.");
        }
        return Array.ConvertAll(entries, e => new Trigger(
            pole == Pole.Positive ? e.Magnitude : -e.Magnitude,
            PrefixPointer.Sentence(e.Pointer), PrefixPointer.Position(e.Pointer)));
    }

    private readonly void RaiseFrom(int hole, Entry entry)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (!entry.WeakerThan(_entries[parent])) break;
            _entries[hole] = _entries[parent];
            hole = parent;
        }
        _entries[hole] = entry;
    }

    private readonly void SinkFromRoot(Entry entry)
    {
        int hole = 0;
        for (int child = 1; child < Count; child = 2 * hole + 1)
        {
            if (child + 1 < Count && _entries[child + 1].WeakerThan(_entries[child])) child++;
            if (!_entries[child].WeakerThan(entry)) break;
            _entries[hole] = _entries[child];
            hole = child;
        }
        _entries[hole] = entry;
    }

    /// <summary>Twelve bytes: unpadded, or a list would take a third more.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly struct Entry(float magnitude, long pointer)
    {
        public readonly float Magnitude = magnitude;
        public readonly long Pointer = pointer;

        public bool WeakerThan(in Entry other) =>
            Magnitude < other.Magnitude || (Magnitude == other.Magnitude && Pointer > other.Pointer);
    }
}
