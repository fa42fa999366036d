namespace Loci.Tokenizers.Patterns;

/// <summary>
/// The state of looking for a pattern through one text: where to go on when a branch fails, and how many steps
/// are left. A pattern that needs some hundred steps for a character is fine; one that backtracks without end
/// must not hang the program.
/// </summary>
internal struct ScalarRegexScan(int length)
{
    private long left = 1_000_000 + 1_000L * length;
    private (int Pc, int At, int Least)[] frames = new (int, int, int)[16];

    /// <summary>How many branches wait.</summary>
    public int Count;

    public void Spend(int steps, string pattern)
    {
        left -= steps;
        if (left < 0) throw new UnsupportedException($"the pattern «{pattern}» backtracks too much on this text");
    }

    /// <summary>Remembers a branch: an instruction and a place, and how far back the place may move.</summary>
    public void Push(int pc, int at, int least)
    {
        if (Count == frames.Length) Array.Resize(ref frames, 2 * Count);
        frames[Count++] = (pc, at, least);
    }

    /// <summary>Takes the newest branch; a run gives back one character and stays while it has more to give.</summary>
    public void Resume(ReadOnlySpan<char> text, out int pc, out int at)
    {
        ref var frame = ref frames[Count - 1];
        pc = frame.Pc;
        if (frame.At > frame.Least)
        {
            frame.At -= char.IsLowSurrogate(text[frame.At - 1]) ? 2 : 1;
            at = frame.At;
            if (at > frame.Least) return;
        }
        at = frame.At;
        Count--;
    }
}
