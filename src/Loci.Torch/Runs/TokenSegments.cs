namespace Loci.Torch.Runs;

/// <summary>
/// A stream of tokens cut into as many contiguous texts as a batch has rows, each read segment after segment: what
/// carries a memory over needs every row to go on where it stopped. Documents stay in order; each has its begin token.
/// </summary>
internal sealed class TokenSegments : ITokenSource
{
    private readonly int[] _stream;
    private readonly int _rows, _length;

    /// <param name="stream">The tokens.</param>
    /// <param name="rows">Texts read side by side.</param>
    /// <param name="length">Tokens of a segment.</param>
    public TokenSegments(int[] stream, int rows, int length)
    {
        (_stream, _rows, _length) = (stream, rows, length);
        Segments = (stream.Length - 1) / rows / length;
        if (Segments < 1)
            throw new LociException(
                $"The text has {stream.Length} tokens; {rows} rows with a segment of {length} each need at least "
                + $"{(long)rows * length + 1}.");
    }

    /// <summary>Segments of each row.</summary>
    public int Segments { get; }

    public int Count => Segments * _rows;

    /// <summary>True where window <paramref name="number"/> is in the first segment of its text.</summary>
    public bool Begins(long number) => number / _rows % Segments == 0;

    public void Fill(long number, Span<long> inputs, Span<long> targets)
    {
        int row = (int)(number % _rows), segment = (int)(number / _rows % Segments);
        int start = (row * Segments + segment) * _length;
        for (int i = 0; i < _length; i++) (inputs[i], targets[i]) = (_stream[start + i], _stream[start + i + 1]);
    }
}
