namespace Loci.Views;

/// <summary>A text that a model went on with: <c>loci generate</c>.</summary>
/// <param name="Text">The prompt and what was made.</param>
/// <param name="Prompt">Ids of the prompt's tokens.</param>
/// <param name="Made">Ids of the tokens made.</param>
/// <param name="Stopped">A stop text ended it.</param>
public sealed record GenerationView(string Text, IReadOnlyList<int> Prompt, IReadOnlyList<int> Made, bool Stopped);

/// <summary>A document read into a state: <c>loci read</c>.</summary>
/// <param name="Tokens">Tokens read now.</param>
/// <param name="Length">Tokens read in all.</param>
/// <param name="StateBytes">Size of the memory.</param>
public sealed record ReadingView(int Tokens, int Length, long StateBytes);
