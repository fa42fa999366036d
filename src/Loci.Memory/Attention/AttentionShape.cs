namespace Loci.Memory.Attention;

/// <summary>What one attention layer does with its queries, keys and values.</summary>
/// <param name="Heads">Query heads; a multiple of <paramref name="KeyValueHeads"/>.</param>
/// <param name="KeyValueHeads">Heads of keys and values: query head h reads head h / (Heads / KeyValueHeads).</param>
/// <param name="HeadSize">Floats of a query, a key and a value.</param>
/// <param name="Scale">Factor on q·k, usually 1/√HeadSize.</param>
/// <param name="SoftCap">Scores become SoftCap·tanh(score/SoftCap); 0 leaves them as they are.</param>
/// <param name="Window">The query at position p sees keys p − Window + 1 … p; 0 means all keys up to p.</param>
/// <param name="Alibi">What scores lose with distance, or null.</param>
public readonly record struct AttentionShape(
    int Heads, int KeyValueHeads, int HeadSize, float Scale, float SoftCap = 0, int Window = 0,
    AlibiSlopes? Alibi = null)
{
    /// <summary>Query heads that read one key-value head.</summary>
    public int Group => Heads / KeyValueHeads;

    /// <summary>The first key that the query at <paramref name="position"/> sees.</summary>
    internal int FirstKey(int position) => Window == 0 ? 0 : Math.Max(0, position - Window + 1);

    /// <summary>What the scores of a head lose for every token that a key lies behind its query.</summary>
    internal float Slope(int head) => Alibi is null ? 0 : Alibi[head];

    /// <summary>Refuses an impossible shape.</summary>
    /// <exception cref="ArgumentException">With the reason.</exception>
    public void Check()
    {
        if (KeyValueHeads < 1)
            throw new ArgumentException($"{KeyValueHeads} key-value heads, must be at least 1", "shape");
        if (Heads < 1 || Heads % KeyValueHeads != 0)
            throw new ArgumentException($"{Heads} heads, must be a positive multiple of {KeyValueHeads}", "shape");
        if (HeadSize < 1) throw new ArgumentException($"head size {HeadSize}, must be at least 1", "shape");
        if (!(SoftCap >= 0) || !float.IsFinite(SoftCap))
            throw new ArgumentException($"soft cap {SoftCap}, must be finite and not negative", "shape");
        if (Alibi is not null && Alibi.Heads != Heads)
            throw new ArgumentException($"biases of {Alibi.Heads} heads for {Heads}", "shape");
        if (Window < 0) throw new ArgumentException($"window {Window}, must not be negative", "shape");
    }
}
