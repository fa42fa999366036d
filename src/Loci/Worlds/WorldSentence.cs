namespace Loci.Worlds;

/// <summary>A sentence and the truth about it.</summary>
/// <param name="Text">The sentence, with its final punctuation; single spaces, no line end.</param>
/// <param name="Topic">What the passage it stands in is about: «sport».</param>
/// <param name="Template">
/// Which wording made it: «born in/3» or «sport/opening/2». Sentences of one template share their frame.
/// </param>
/// <param name="Facts">The facts it states; empty for one that states none.</param>
public sealed record WorldSentence(string Text, string Topic, string Template, IReadOnlyList<Fact> Facts)
    : LabelledSentence(Text, Topic);
