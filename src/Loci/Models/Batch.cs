namespace Loci.Models;

/// <summary>
/// Sequences laid end to end, one row per token and no padding: sequences of any lengths share a forward pass, and
/// none sees another.
/// </summary>
public sealed class Batch
{
    private readonly List<int> _tokens = [];
    private readonly List<int> _positions = [];
    private readonly List<Sequence> _sequences = [];

    /// <summary>A run of rows that belong to one text.</summary>
    /// <param name="FirstRow">Row of its first token.</param>
    /// <param name="Count">Rows.</param>
    /// <param name="FirstPosition">Position of its first token: 0, or what a cache holds already.</param>
    public readonly record struct Sequence(int FirstRow, int Count, int FirstPosition);

    /// <summary>Rows, over all sequences.</summary>
    public int Rows => _tokens.Count;

    /// <summary>The sequences, in the order they were added.</summary>
    public IReadOnlyList<Sequence> Sequences => _sequences;

    /// <summary>Token ids. [rows]</summary>
    public ReadOnlySpan<int> Tokens => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Position of every token in its text. [rows]</summary>
    public ReadOnlySpan<int> Positions => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_positions);

    /// <summary>A batch of one sequence.</summary>
    public static Batch Of(ReadOnlySpan<int> tokens, int firstPosition = 0)
    {
        var batch = new Batch();
        batch.Add(tokens, firstPosition);
        return batch;
    }

    /// <summary>Adds a sequence and gives its place.</summary>
    /// <param name="tokens">Ids, checked against the vocabulary by the forward pass.</param>
    /// <param name="firstPosition">
    /// Position of the first of them; above 0 only with a cache that holds the ones before.
    /// </param>
    public Sequence Add(ReadOnlySpan<int> tokens, int firstPosition = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPosition);
        var sequence = new Sequence(Rows, tokens.Length, firstPosition);
        _tokens.AddRange(tokens);
        for (int i = 0; i < tokens.Length; i++) _positions.Add(firstPosition + i);
        _sequences.Add(sequence);
        return sequence;
    }

    /// <summary>Forgets every sequence and keeps the memory.</summary>
    public void Clear()
    {
        _tokens.Clear();
        _positions.Clear();
        _sequences.Clear();
    }
}
