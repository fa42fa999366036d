using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Editing;

/// <summary>
/// Texts in which a request is read, so that what is edited is the fact and not the first place of a prompt: the bare
/// prompt, and the prompt after a few beginnings that the model itself makes up.
/// </summary>
internal static class EditContexts
{
    private const float Temperature = 1;
    private const int Likeliest = 50;

    /// <summary>Beginnings, drawn from the model; the first is empty. Without a beginning-of-sequence token.</summary>
    /// <param name="model">The model as it is.</param>
    /// <param name="count">How many beside the empty one.</param>
    /// <param name="length">Most tokens of each.</param>
    /// <param name="seed">Decides the draws.</param>
    public static int[][] Sample(Model model, int count, int length, int seed)
    {
        int[] start = model.BeginOfSequence is { } begin ? [begin] : [.. model.Encode("The")];
        var ends = model.Spec.EndOfSequence;
        int[] stop = [.. model.RequireTokenizer().Encode(".")];
        var contexts = new List<int[]> { Array.Empty<int>() };
        for (int c = 0; c < count; c++)
        {
            var sampler = Sampler.AtTemperature(
                Temperature, RandomStream.Seed(seed, "contexts of an edit", c), Likeliest);
            int[] made = [.. Generator.Generate(model.Transformer, start, sampler, length, ends)];
            if (model.BeginOfSequence is null) made = [.. start, .. made];
            int full = Array.LastIndexOf(made, stop[^1]);
            contexts.Add(full > 0 ? made[..(full + 1)] : [.. made, .. stop]);
        }
        return [.. contexts];
    }

    /// <summary>A request's prompt after each of some beginnings, those that fit the model's context.</summary>
    public static IReadOnlyList<EditText> Texts(Model model, SubjectPlace place, int[][] beginnings)
    {
        int most = model.Spec.MostTokens ?? int.MaxValue;
        return
        [
            .. beginnings.Where(b => b.Length + place.Prompt.Length + place.Target.Length <= most)
                .Select(b => new EditText(
                    [.. place.Prompt[..place.Bare], .. b, .. place.Prompt[place.Bare..]], place.Last + b.Length)),
        ];
    }
}

/// <summary>A text and the row of it that an edit looks at.</summary>
/// <param name="Tokens">The text.</param>
/// <param name="Row">The row of the subject's last token.</param>
internal sealed record EditText(int[] Tokens, int Row);
