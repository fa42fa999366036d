using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Editing;

/// <summary>A text beside an edit, and what a model says after it, before and with the edit.</summary>
/// <param name="IsNeighbour">True for a fact near the edited one; false for the same fact asked otherwise.</param>
/// <param name="Prompt">The text.</param>
/// <param name="Before">What was said, greedily, as long as the answer.</param>
/// <param name="After">What is said now.</param>
public sealed record EditedText(bool IsNeighbour, string Prompt, string Before, string After)
{
    /// <summary>The paraphrases and neighbours of cases, each text once.</summary>
    public static IReadOnlyList<EditedText> Of(
        Model before, Model after, IReadOnlyList<EditCase> cases, Compute compute = default)
    {
        var texts = new List<EditedText>();
        foreach (var one in cases)
        {
            foreach (string prompt in one.Paraphrases) Add(false, prompt, one.Request.Target);
            foreach (var near in one.Neighbours) Add(true, near.Prompt, near.Answer);
        }
        return texts;

        void Add(bool isNeighbour, string prompt, string answer)
        {
            if (texts.All(text => text.Prompt != prompt))
                texts.Add(new(isNeighbour, prompt, Said(before, prompt, answer), Said(after, prompt, answer)));
        }

        string Said(Model model, string prompt, string answer)
        {
            int[] tokens = [.. model.Encode(prompt.TrimEnd())];
            int length = SubjectPlace.Continuation(model, prompt.TrimEnd(), tokens, answer).Length;
            return model.RequireTokenizer().Decode(Generator.Greedy(model, tokens, length, compute)).Trim();
        }
    }
}
