namespace Loci.Studies.Patterns;

/// <summary>
/// The forms a pattern takes. All but <see cref="Topic"/> are shallow: they name tokens near the end of the prefix.
/// </summary>
public enum PatternForm
{
    /// <summary>The prefix ends with one to four given tokens.</summary>
    Suffix,

    /// <summary>Two given tokens among the last five, in this order, with at least one other between them.</summary>
    SkipGram,

    /// <summary>The last token is of a class: capitalised, a number, …</summary>
    TokenClass,

    /// <summary>At least two of a bag of words occur anywhere in the prefix.</summary>
    Topic,
}

/// <summary>Classes of a prefix's last token.</summary>
public enum TokenClass
{
    /// <summary>Its first letter is a capital.</summary>
    Capitalised,

    /// <summary>It holds a digit.</summary>
    Number,

    /// <summary>It is punctuation or other signs, without a letter or digit.</summary>
    Punctuation,

    /// <summary>It goes on a word that an earlier token began.</summary>
    WordInternal,

    /// <summary>It is the first of its sentence.</summary>
    SentenceStart,
}

/// <summary>What a set of prefixes shares.</summary>
/// <param name="Form">The form.</param>
/// <param name="Ids">
/// Token ids of a suffix or skip-gram in reading order; the class of a <see cref="PatternForm.TokenClass"/>; empty for
/// a topic, whose words are in the text.
/// </param>
/// <param name="Text">For people: «… once upon a», «… of … the», «a number», «about ship, sail».</param>
public sealed record Pattern(PatternForm Form, IReadOnlyList<int> Ids, string Text)
{
    /// <summary>The pattern is about what the text says, not about its last tokens.</summary>
    public bool Semantic => Form == PatternForm.Topic;
}

/// <summary>
/// A pattern as a value to look up: up to four ids, −1 where there are fewer; a topic's is its number in its study.
/// </summary>
internal readonly record struct PatternKey(PatternForm Form, int A, int B = -1, int C = -1, int D = -1)
{
    public IEnumerable<int> Ids => new[] { A, B, C, D }.Where(id => id >= 0);

    /// <summary>Tokens or words it names: what is more specific comes first among equals.</summary>
    public int Size => Form == PatternForm.TokenClass ? 0 : Ids.Count();
}
