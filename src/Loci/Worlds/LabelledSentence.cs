namespace Loci.Worlds;

/// <summary>A sentence whose topic is known.</summary>
/// <param name="Text">The sentence, with its final punctuation; single spaces, no line end.</param>
/// <param name="Topic">What the passage it stands in is about.</param>
/// <param name="Unit">
/// What was written in one piece, such as the documentation of one type: sentences of a unit resemble one another for
/// more reasons than their topic, and count once. Null: the sentence stands for itself.
/// </param>
public record LabelledSentence(string Text, string Topic, string? Unit = null);
