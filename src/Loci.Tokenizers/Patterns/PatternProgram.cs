using static Loci.Tokenizers.Patterns.PatternNode;

namespace Loci.Tokenizers.Patterns;

internal enum Operation
{
    /// <summary>One character of a class.</summary>
    One,

    /// <summary>The place must be the <see cref="Anchor"/> numbered <c>A</c>.</summary>
    At,

    /// <summary>A greedy run of a class, given back character by character.</summary>
    Run,

    /// <summary>A greedy run of a class, never given back.</summary>
    PossessiveRun,

    /// <summary>Tries <c>A</c>, then <c>B</c>.</summary>
    Split,

    Jump,

    /// <summary>The body follows; goes on at <c>A</c> if it matches, without moving.</summary>
    Ahead,

    /// <summary>The body follows; goes on at <c>A</c> if it does not match.</summary>
    NotAhead,

    /// <summary>The body follows; goes on at <c>A</c> behind its first match.</summary>
    Atomic,

    Accept,
}

internal readonly record struct Instruction(Operation Operation, int A = 0, int B = 0, CharacterClass? Class = null);

/// <summary>Turns a parsed regular expression into the instructions of a backtracking machine.</summary>
internal sealed class PatternProgram(Func<string, UnsupportedException> refuse)
{
    private const int MostInstructions = 20_000;

    private readonly List<Instruction> code = [];

    public static Instruction[] Compile(PatternNode node, Func<string, UnsupportedException> refuse)
    {
        var program = new PatternProgram(refuse);
        program.Emit(node);
        program.Add(new(Operation.Accept));
        return [.. program.code];
    }

    private int Add(Instruction instruction)
    {
        if (code.Count == MostInstructions) throw refuse($"more than {MostInstructions} instructions");
        code.Add(instruction);
        return code.Count - 1;
    }

    private void Emit(PatternNode node)
    {
        switch (node)
        {
            case One one: Add(new(Operation.One, Class: one.Class)); break;
            case At at: Add(new(Operation.At, (int)at.Anchor)); break;
            case Sequence sequence: foreach (var part in sequence.Parts) Emit(part); break;
            case Choice choice: EmitChoice(choice); break;
            case Repeat repeat: EmitRepeat(repeat); break;
            case Ahead ahead: EmitBody(ahead.Negated ? Operation.NotAhead : Operation.Ahead, ahead.Body); break;
            case Atomic atomic: EmitBody(Operation.Atomic, atomic.Body); break;
        }
    }

    private void EmitBody(Operation operation, PatternNode body)
    {
        int at = Add(new(operation));
        Emit(body);
        Add(new(Operation.Accept));
        code[at] = code[at] with { A = code.Count };
    }

    private void EmitChoice(Choice choice)
    {
        var jumps = new List<int>();
        for (int i = 0; i < choice.Parts.Count; i++)
        {
            bool last = i == choice.Parts.Count - 1;
            int split = last ? -1 : Add(new(Operation.Split));
            Emit(choice.Parts[i]);
            if (last) break;
            jumps.Add(Add(new(Operation.Jump)));
            code[split] = code[split] with { A = split + 1, B = code.Count };
        }
        foreach (int jump in jumps) code[jump] = code[jump] with { A = code.Count };
    }

    private void EmitRepeat(Repeat repeat)
    {
        if (repeat.Body is One one && repeat.Greed != Greed.Lazy)
        {
            var operation = repeat.Greed == Greed.Greedy ? Operation.Run : Operation.PossessiveRun;
            Add(new(operation, repeat.Least, repeat.Most, one.Class));
            return;
        }
        if (repeat.Greed == Greed.Possessive)
        {
            EmitBody(Operation.Atomic, repeat with { Greed = Greed.Greedy });
            return;
        }
        for (int i = 0; i < repeat.Least; i++) Emit(repeat.Body);
        if (repeat.Most == int.MaxValue)
        {
            int split = Add(new(Operation.Split));
            Emit(repeat.Body);
            Add(new(Operation.Jump, split));
            Aim(split, repeat.Greed);
            return;
        }
        var splits = new List<int>();
        for (int i = repeat.Least; i < repeat.Most; i++)
        {
            splits.Add(Add(new(Operation.Split)));
            Emit(repeat.Body);
        }
        foreach (int split in splits) Aim(split, repeat.Greed);
    }

    /// <summary>Lets a split choose between its body, which follows it, and what comes now.</summary>
    private void Aim(int split, Greed greed) =>
        code[split] = greed == Greed.Lazy
            ? code[split] with { A = code.Count, B = split + 1 }
            : code[split] with { A = split + 1, B = code.Count };
}
