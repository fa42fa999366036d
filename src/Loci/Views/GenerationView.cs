using System.Text.Json.Serialization;

namespace Loci.Views;

/// <summary>A text that a model went on with: <c>loci generate</c>.</summary>
/// <param name="Text">The prompt and what was made.</param>
/// <param name="Prompt">Ids of the prompt's tokens.</param>
/// <param name="Made">Ids of the tokens made.</param>
/// <param name="Stopped">A stop text ended it.</param>
/// <param name="TrainedLength">
/// Tokens of the texts the model was trained on, where nothing else bounds its texts; else null.
/// </param>
/// <param name="Set">
/// The changes of coefficients that it was made under, as they were given; left out without any.
/// </param>
/// <param name="TextBefore">The text that the same draws give without the changes; left out without any.</param>
/// <param name="MadeBefore">The tokens of that text that were made; left out without any.</param>
public sealed record GenerationView(
    string Text, IReadOnlyList<int> Prompt, IReadOnlyList<int> Made, bool Stopped, int? TrainedLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Set = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TextBefore = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<int>? MadeBefore = null);

/// <summary>A document read into a state: <c>loci read</c>.</summary>
/// <param name="Tokens">Tokens read now.</param>
/// <param name="Length">Tokens read in all.</param>
/// <param name="StateBytes">Size of the memory.</param>
/// <param name="TrainedLength">
/// Tokens of the texts the model was trained on, where nothing else bounds its texts; else null.
/// </param>
public sealed record ReadingView(int Tokens, int Length, long StateBytes, int? TrainedLength);
