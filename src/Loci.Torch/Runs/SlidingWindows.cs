namespace Loci.Torch.Runs;

/// <summary>
/// Windows that overlap: each begins a stride after the one before, and its last tokens alone, as many as the stride,
/// are scored, so that each is predicted from nearly a whole window.
/// </summary>
internal sealed class SlidingWindows : ITokenSource
{
    private readonly int[] _stream;
    private readonly int _length, _stride;

    /// <param name="stream">The tokens.</param>
    /// <param name="length">Tokens of a window.</param>
    /// <param name="stride">Tokens scored in each, 1 to <paramref name="length"/>.</param>
    public SlidingWindows(int[] stream, int length, int stride)
    {
        (_stream, _length, _stride) = (stream, length, stride);
        Count = (stream.Length - 1 - length) / stride + 1;
        if (stream.Length < length + 1)
            throw new LociException(
                $"The text has {stream.Length} tokens; a window of {length} needs at least {length + 1}.");
    }

    public int Count { get; }

    public void Fill(long number, Span<long> inputs, Span<long> targets)
    {
        int start = (int)(number % Count) * _stride;
        for (int i = 0; i < _length; i++) (inputs[i], targets[i]) = (_stream[start + i], _stream[start + i + 1]);
    }
}
