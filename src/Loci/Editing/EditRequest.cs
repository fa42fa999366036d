namespace Loci.Editing;

/// <summary>What is to be said from now on: a text, and how it goes on.</summary>
/// <param name="Prompt">The text up to the answer, with the subject in it; no space at its end.</param>
/// <param name="Subject">What the fact is about, as it stands in the prompt.</param>
/// <param name="Target">The new answer, with the space before it where the tokenizer wants one: " Tarsbridge".</param>
public sealed record EditRequest(string Prompt, string Subject, string Target)
{
    /// <inheritdoc/>
    public override string ToString() => $"«{Prompt}{Target}»";
}
