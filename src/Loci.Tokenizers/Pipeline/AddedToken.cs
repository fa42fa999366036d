namespace Loci.Tokenizers.Pipeline;

/// <summary>A token that is looked for in the text itself, before the model sees it.</summary>
internal sealed record AddedToken(string Content, int Id, bool Special)
{
    /// <summary>Matches only where no word character stands beside it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Swallows the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Swallows the white space behind it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Is itself normalised, and looked for in normalised text.</summary>
    public bool Normalized { get; init; }
}
