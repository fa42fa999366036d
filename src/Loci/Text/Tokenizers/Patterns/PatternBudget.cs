namespace Loci.Text.Tokenizers.Patterns;

/// <summary>
/// How many steps matching one text may take. A pattern that needs a step or two hundred for a character is fine; one
/// that backtracks without end must not hang the program.
/// </summary>
internal struct PatternBudget(int length)
{
    private long left = 1_000_000 + 1_000L * length;

    public void Spend(int steps, string pattern)
    {
        left -= steps;
        if (left < 0) throw new UnsupportedException($"the pattern «{pattern}» backtracks too much on this text");
    }
}
