namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The tokens of one head: rows of q, k, v and of the output, rows apart by a stride. Null strengths are 1, null gates
/// are 0, a null output is not wanted.
/// </summary>
internal unsafe struct HeadSequence<T>
    where T : unmanaged
{
    public int Length, KeySize, ValueSize;

    public T* Queries, Keys, Values, Strengths, LogGates, Output;

    /// <summary>
    /// Numbers from token to token: of queries and keys, of values and output, of strengths and gates.
    /// </summary>
    public nint KeyRow, ValueRow, ScalarRow;

    /// <summary>
    /// True for the delta rule: what the key already retrieves is taken off the value before writing.
    /// </summary>
    public bool Correct;

    /// <summary>The same head from a later token on.</summary>
    public readonly HeadSequence<T> From(int token, int length)
    {
        HeadSequence<T> rest = this;
        rest.Length = length;
        if (Queries != null) rest.Queries += token * KeyRow;
        rest.Keys += token * KeyRow;
        rest.Values += token * ValueRow;
        if (Strengths != null) rest.Strengths += token * ScalarRow;
        if (LogGates != null) rest.LogGates += token * ScalarRow;
        if (Output != null) rest.Output += token * ValueRow;
        return rest;
    }
}
