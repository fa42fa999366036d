namespace Loci.Worlds;

/// <summary>Sentences that belong together: one, or a passage of three to nine.</summary>
/// <param name="Sentences">In reading order.</param>
public sealed record WorldDocument(IReadOnlyList<WorldSentence> Sentences)
{
    /// <summary>The sentences, joined with single spaces.</summary>
    public string Text => string.Join(' ', Sentences.Select(sentence => sentence.Text));

    /// <summary>Words and punctuation marks, as a word-level tokenizer counts them.</summary>
    public int Words => Sentences.Sum(sentence => WorldText.CountWords(sentence.Text));
}
