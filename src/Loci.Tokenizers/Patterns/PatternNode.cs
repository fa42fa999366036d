namespace Loci.Tokenizers.Patterns;

/// <summary>What a regular expression says, before it is compiled.</summary>
internal abstract record PatternNode
{
    /// <summary>True when it can match the empty string.</summary>
    public abstract bool CanBeEmpty { get; }

    public sealed record One(CharacterClass Class) : PatternNode
    {
        public override bool CanBeEmpty => false;
    }

    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool CanBeEmpty => Parts.All(part => part.CanBeEmpty);
    }

    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool CanBeEmpty => Parts.Any(part => part.CanBeEmpty);
    }

    public sealed record Repeat(PatternNode Body, int Least, int Most, Greed Greed) : PatternNode
    {
        public override bool CanBeEmpty => Least == 0 || Body.CanBeEmpty;
    }

    /// <summary>Matches without moving, if the body matches (or does not).</summary>
    public sealed record Ahead(PatternNode Body, bool Negated) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }

    /// <summary>A place between two characters.</summary>
    public sealed record At(Anchor Anchor) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }

    /// <summary>Once matched, never given back.</summary>
    public sealed record Atomic(PatternNode Body) : PatternNode
    {
        public override bool CanBeEmpty => Body.CanBeEmpty;
    }
}

/// <summary>Places that an expression can ask for. Lines end at U+000A alone, as in Oniguruma.</summary>
internal enum Anchor
{
    /// <summary><c>\A</c></summary>
    TextStart,

    /// <summary><c>\z</c></summary>
    TextEnd,

    /// <summary><c>\Z</c>: the end, or before the line feed that is the last character.</summary>
    LastLineEnd,

    /// <summary><c>^</c>: the start, or behind a line feed that is not the last character.</summary>
    LineStart,

    /// <summary>
    /// <c>$</c>: the end, or before any line feed. In Oniguruma's syntax a line's end, never the text's alone.
    /// </summary>
    LineEnd,
}

internal enum Greed
{
    Greedy,
    Lazy,
    Possessive,
}
