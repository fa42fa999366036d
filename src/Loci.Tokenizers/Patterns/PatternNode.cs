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

    /// <summary>Once matched, never given back.</summary>
    public sealed record Atomic(PatternNode Body) : PatternNode
    {
        public override bool CanBeEmpty => Body.CanBeEmpty;
    }
}

internal enum Greed
{
    Greedy,
    Lazy,
    Possessive,
}
