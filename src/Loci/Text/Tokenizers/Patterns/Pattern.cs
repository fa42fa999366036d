using System.Buffers;
using Loci.Text.Tokenizers.Pipeline;

namespace Loci.Text.Tokenizers.Patterns;

/// <summary>
/// A regular expression over Unicode scalar values. .NET's own works on UTF-16, where a letter outside the basic plane
/// is no <c>\p{L}</c>, and knows no possessive repetition; tokenizers need both. The first alternative that matches
/// wins, as in every backtracking engine.
/// </summary>
internal sealed class Pattern
{
    private readonly string source;
    private readonly Instruction[] code;

    private Pattern(string source, Instruction[] code) => (this.source, this.code) = (source, code);

    /// <summary>Reads a regular expression; refuses what is not implemented, and what can match the empty string.</summary>
    public static Pattern Parse(string source, JsonField field)
    {
        var parser = new PatternParser(source, field);
        var node = parser.Parse();
        if (node.CanBeEmpty) throw parser.Refuse("a match of the empty string");
        return new(source, PatternProgram.Compile(node, parser.Refuse));
    }

    /// <summary>A pattern of the program itself, known to be good.</summary>
    public static Pattern Known(string source) => Parse(source, new JsonField(default, "pattern", ""));

    /// <summary>The first match that begins at or after a place.</summary>
    public bool Next(ReadOnlySpan<char> text, int from, ref PatternBudget budget, out int start, out int end)
    {
        var stack = new BacktrackStack();
        try
        {
            for (start = from; start < text.Length; start++)
            {
                if (char.IsLowSurrogate(text[start])) continue;
                end = Match(text, start, 0, ref stack, ref budget);
                if (end >= 0) return true;
            }
            end = start;
            return false;
        }
        finally
        {
            stack.Return();
        }
    }

    /// <summary>The end of the match of the instructions from <paramref name="entry"/> on, or -1.</summary>
    private int Match(ReadOnlySpan<char> text, int start, int entry, ref BacktrackStack stack, ref PatternBudget budget)
    {
        int floor = stack.Count;
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
                    stack.Count = floor;
                    budget.Spend(steps, source);
                    return at;
                case Operation.One:
                    int next = now.Class!.Span(text, at, 1, out int one);
                    matches = one == 1;
                    at = next;
                    break;
                case Operation.Run or Operation.PossessiveRun:
                    int end = now.Class!.Span(text, at, now.B, out int count);
                    steps += count;
                    matches = count >= now.A;
                    if (matches && count > now.A && now.Operation == Operation.Run)
                    {
                        int least = now.A == 0 ? at : now.Class.Span(text, at, now.A, out _);
                        stack.Push(pc + 1, end, least);
                    }
                    at = end;
                    break;
                case Operation.Split:
                    stack.Push(now.B, at, at);
                    pc = now.A;
                    continue;
                case Operation.Jump:
                    pc = now.A;
                    continue;
                default:
                    int inner = Match(text, at, pc + 1, ref stack, ref budget);
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
            if (stack.Count == floor)
            {
                budget.Spend(steps, source);
                return -1;
            }
            if ((steps & 0xFFFFF) == 0xFFFFF)
            {
                budget.Spend(steps, source);
                steps = 0;
            }
            stack.Resume(text, out pc, out at);
        }
    }

    /// <summary>Where to go on when a branch fails: rented, as it can grow with the text.</summary>
    private struct BacktrackStack
    {
        private (int Pc, int At, int Least)[] frames;

        public int Count;

        public BacktrackStack() => frames = ArrayPool<(int, int, int)>.Shared.Rent(64);

        public void Push(int pc, int at, int least)
        {
            if (Count == frames.Length)
            {
                var larger = ArrayPool<(int, int, int)>.Shared.Rent(frames.Length * 2);
                frames.AsSpan(0, Count).CopyTo(larger);
                Return();
                frames = larger;
            }
            frames[Count++] = (pc, at, least);
        }

        /// <summary>Takes the newest frame; a run gives back one character and stays while it has more to give.</summary>
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

        public readonly void Return() => ArrayPool<(int, int, int)>.Shared.Return(frames);
    }
}
