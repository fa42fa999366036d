namespace Loci.Memory.FastWeights;

/// <summary>The last few states of a memory: an exact way back, which subtracting a write again would not be.</summary>
internal sealed class UndoLog(int depth, int size)
{
    private readonly float[][] _states = [.. Enumerable.Range(0, depth).Select(_ => new float[size])];
    private long _next; // place of the next state, modulo depth

    /// <summary>Changes that can be undone.</summary>
    public int Count { get; private set; }

    public void Keep(ReadOnlySpan<float> state, ReadOnlySpan<float> normalizer)
    {
        if (depth == 0) return;
        float[] kept = _states[_next++ % depth];
        state.CopyTo(kept);
        normalizer.CopyTo(kept.AsSpan(state.Length));
        Count = Math.Min(Count + 1, depth);
    }

    public bool TryRestore(Span<float> state, Span<float> normalizer)
    {
        if (Count == 0) return false;
        float[] kept = _states[--_next % depth];
        kept.AsSpan(0, state.Length).CopyTo(state);
        kept.AsSpan(state.Length, normalizer.Length).CopyTo(normalizer);
        Count--;
        return true;
    }

    public UndoLog Clone()
    {
        var copy = new UndoLog(depth, size) { _next = _next, Count = Count };
        for (int i = 0; i < depth; i++) _states[i].CopyTo(copy._states[i], 0);
        return copy;
    }
}
