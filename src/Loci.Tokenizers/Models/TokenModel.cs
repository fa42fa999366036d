namespace Loci.Tokenizers.Models;

/// <summary>The part of a tokenizer that turns one piece of text into ids.</summary>
internal abstract class TokenModel
{
    /// <summary>The vocabulary: token to id, no two tokens with the same id.</summary>
    public abstract IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>What stands for text the vocabulary has no token for, or null.</summary>
    public abstract int? Unknown { get; }

    /// <summary>Appends the ids of a piece, which is never empty and never splits a surrogate pair.</summary>
    public abstract void Encode(ReadOnlySpan<char> piece, List<int> ids);
}
