namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// One head between chunks: S as it was at the last chunk border, and the tokens since, whose contribution to S is
/// settled at the next border. Their rows of K, Δ and b let a resumed chunk go on with the same bits.
/// </summary>
internal unsafe struct ChunkHead<T>
    where T : unmanaged
{
    /// <summary>[KeySize, values], values = ValueSize, one more where a column of ones is used.</summary>
    public T* State;

    /// <summary>[tokens of a chunk, KeySize] and [tokens of a chunk, values].</summary>
    public T* PendingKeys, PendingDeltas;

    /// <summary>[tokens of a chunk], gates summed up since the border.</summary>
    public T* PendingGates;

    /// <summary>Tokens since the border.</summary>
    public int Pending;

    /// <summary>Tokens this chunk takes in all: fewer than others if it did not begin at a border.</summary>
    public int Capacity;

    /// <summary>Tokens of a whole chunk.</summary>
    public int Chunk;

    /// <summary>
    /// True where values carry a column of ones, whose column of S is the z of attention normalisation.
    /// </summary>
    public bool Normalized;
}
