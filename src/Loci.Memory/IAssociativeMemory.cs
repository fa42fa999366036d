namespace Loci.Memory;

/// <summary>
/// What every memory of the context can do, be it a matrix or a list: pairs of key and value are written, and read back
/// with keys like theirs.
/// </summary>
public interface IAssociativeMemory
{
    /// <summary>Length of a key.</summary>
    int KeySize { get; }

    /// <summary>Length of a value.</summary>
    int ValueSize { get; }

    /// <summary>
    /// Most pairs that can all come back exactly, as they do under orthogonal keys; null where there is no limit.
    /// </summary>
    int? Capacity { get; }

    /// <summary>Writes a value under a key.</summary>
    /// <param name="key">[KeySize]</param>
    /// <param name="value">[ValueSize]</param>
    /// <exception cref="ArgumentException">A length that does not fit, or a number that is not finite.</exception>
    void Write(ReadOnlySpan<float> key, ReadOnlySpan<float> value);

    /// <summary>Reads what a key retrieves.</summary>
    /// <param name="query">[KeySize]</param>
    /// <param name="destination">[ValueSize], overwritten. Zero from an empty memory.</param>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    void Read(ReadOnlySpan<float> query, Span<float> destination);

    /// <summary>Takes off what is written under a key.</summary>
    /// <param name="key">[KeySize]</param>
    /// <exception cref="ArgumentException">A length that does not fit, or a number that is not finite.</exception>
    void Erase(ReadOnlySpan<float> key);

    /// <summary>Empties the memory.</summary>
    void Clear();
}
