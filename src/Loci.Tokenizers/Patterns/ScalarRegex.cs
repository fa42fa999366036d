using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers.Patterns;

/// <summary>
/// A regular expression over Unicode scalar values. .NET's own works on UTF-16, where a letter outside the basic plane
/// is no <c>\p{L}</c>, and knows no possessive repetition; tokenizers need both. The first alternative that matches
/// wins, as in every backtracking engine.
/// </summary>
internal sealed class ScalarRegex
{
    private readonly string source;
    private readonly Instruction[] code;

    private ScalarRegex(string source, Instruction[] code) => (this.source, this.code) = (source, code);

    /// <summary>
    /// Reads a regular expression; refuses what is not implemented, and what can match the empty string.
    /// </summary>
    public static ScalarRegex Parse(string source, JsonField field)
    {
        var parser = new PatternParser(source, field);
        var node = parser.Parse();
        if (node.CanBeEmpty) throw parser.Refuse("a match of the empty string");
        return new(source, PatternProgram.Compile(node, parser.Refuse));
    }

    /// <summary>A pattern of the program itself, known to be good.</summary>
    public static ScalarRegex Known(string source) => Parse(source, new JsonField(default, "pattern", ""));

    /// <summary>The first match that begins at or after a place.</summary>
    public bool Next(ReadOnlySpan<char> text, int from, ref ScalarRegexScan scan, out int start, out int end)
    {
        for (start = from; start < text.Length; start++)
        {
            if (char.IsLowSurrogate(text[start])) continue;
            end = Match(text, start, 0, ref scan);
            if (end >= 0) return true;
        }
        end = start;
        return false;
    }

    private static bool Holds(Anchor anchor, ReadOnlySpan<char> text, int at) => anchor switch
    {
        Anchor.TextStart => at == 0,
        Anchor.TextEnd => at == text.Length,
        Anchor.LastLineEnd => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        Anchor.LineStart => at == 0 || (at < text.Length && text[at - 1] == '\n'),
        _ => at == text.Length || text[at] == '\n',
    };

    /// <summary>The end of the match of the instructions from <paramref name="entry"/> on, or -1.</summary>
    private int Match(ReadOnlySpan<char> text, int start, int entry, ref ScalarRegexScan scan)
    {
        int floor = scan.Count;
        int pc = entry;
        int at = start;
        int steps = 0;
        while (true)
        {
            ref readonly var now = ref code[pc];
            steps++;
            bool matches = true;
            switch (now.Operation)
            {
                case Operation.Accept:
                    scan.Count = floor;
                    scan.Spend(steps, source);
                    return at;
                case Operation.One:
                    int next = now.Class!.Span(text, at, 1, out int one);
                    matches = one == 1;
                    at = next;
                    break;
                case Operation.At:
                    matches = Holds((Anchor)now.A, text, at);
                    break;
                case Operation.Run or Operation.PossessiveRun:
                    int end = now.Class!.Span(text, at, now.B, out int count);
                    steps += count;
                    matches = count >= now.A;
                    if (matches && count > now.A && now.Operation == Operation.Run)
                    {
                        int least = now.A == 0 ? at : now.Class.Span(text, at, now.A, out _);
                        scan.Push(pc + 1, end, least);
                    }
                    at = end;
                    break;
                case Operation.Split:
                    scan.Push(now.B, at, at);
                    pc = now.A;
                    continue;
                case Operation.Jump:
                    pc = now.A;
                    continue;
                default:
                    int inner = Match(text, at, pc + 1, ref scan);
                    matches = inner >= 0 != (now.Operation == Operation.NotAhead);
                    if (matches && now.Operation == Operation.Atomic) at = inner;
                    if (!matches) break;
                    pc = now.A;
                    continue;
            }
            if (matches)
            {
                pc++;
                continue;
            }
            if (scan.Count == floor)
            {
                scan.Spend(steps, source);
                return -1;
            }
            if ((steps & 0xFFFFF) == 0xFFFFF)
            {
                scan.Spend(steps, source);
                steps = 0;
            }
            scan.Resume(text, out pc, out at);
        }
    }
}
