using Loci.Memory.Numerics;

namespace Loci.Torch.Runs;

/// <summary>
/// Windows of a stream of tokens in which every document follows its begin token. A window is read behind a begin
/// token, as every text is when the model is used, and predicts the stream's next tokens. Each epoch shuffles the
/// windows anew and shifts where they start; which window comes when follows from the seed alone.
/// </summary>
public sealed class TokenWindows : ITokenSource
{
    private readonly int[] _stream;
    private readonly int _begin, _length, _seed;
    private (long Epoch, int Shift, int[] Order) _current = (-1, 0, []);

    /// <param name="stream">The tokens.</param>
    /// <param name="begin">The begin token.</param>
    /// <param name="length">Tokens of a window.</param>
    /// <param name="seed">Of the shuffling; negative for the stream's own order.</param>
    public TokenWindows(int[] stream, int begin, int length, int seed)
    {
        (_stream, _begin, _length, _seed) = (stream, begin, length, seed);
        // Room for a shift of up to a window, and one token more where a window would start at a begin token.
        Count = seed < 0 ? (stream.Length - 1) / length : (stream.Length - length) / length;
        if (Count < 1)
            throw new LociException(
                $"The text has {stream.Length} tokens; windows of {length} need at least {2 * length}.");
    }

    /// <summary>Windows of an epoch.</summary>
    public int Count { get; }

    /// <summary>Writes a window.</summary>
    /// <param name="number">Counted from 0 through all epochs.</param>
    /// <param name="inputs">[length]</param>
    /// <param name="targets">[length]</param>
    public void Fill(long number, Span<long> inputs, Span<long> targets)
    {
        var (_, shift, order) = Epoch(number / Count);
        int start = shift + order[number % Count] * _length;
        if (_stream[start] == _begin) start++; // the begin token is there already
        inputs[0] = _begin;
        for (int i = 0; i < _length; i++)
        {
            targets[i] = _stream[start + i];
            if (i > 0) inputs[i] = _stream[start + i - 1];
        }
    }

    private (long Epoch, int Shift, int[] Order) Epoch(long epoch)
    {
        if (_current.Epoch == epoch) return _current;
        int[] order = [.. Enumerable.Range(0, Count)];
        int shift = 0;
        if (_seed >= 0)
        {
            // The order in which the models that come along learned: it stays.
            var random = RandomStream.Kept(HashCodeOf(_seed, epoch), "order of windows");
            shift = random.Next(_length);
            random.Shuffle(order);
        }
        return _current = (epoch, shift, order);
    }

    // Not System.HashCode, which differs from run to run.
    private static int HashCodeOf(int seed, long epoch) =>
        unchecked((int)(((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)epoch + 1) * 0xD1342543DE82EF95 >> 33));
}
