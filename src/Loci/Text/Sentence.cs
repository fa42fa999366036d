namespace Loci.Text;

/// <summary>
/// One unit of text whose prefixes are looked at: a sentence, unless the reader asked for lines or documents.
/// </summary>
/// <param name="Index">Number in the corpus, from 0, over all files.</param>
/// <param name="Text">Its text, trimmed, never empty; a sentence or line holds no line break.</param>
public readonly record struct Sentence(long Index, string Text);

/// <summary>The unit a corpus is cut into.</summary>
public enum SentenceUnit
{
    /// <summary>Sentences, as <see cref="SentenceSplitter"/> finds them.</summary>
    Sentence,

    /// <summary>Every line that is not blank.</summary>
    Line,

    /// <summary>Every document that is not blank, line breaks included.</summary>
    Document,
}
