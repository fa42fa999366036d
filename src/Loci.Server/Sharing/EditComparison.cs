using Loci.Editing;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Views;

namespace Loci.Server.Sharing;

/// <summary>
/// One edit's prompt, the same asked otherwise, and facts beside it, put to the base and to the edited model. The base
/// is always the stored one, never a model that is edited already.
/// </summary>
internal static class EditComparison
{
    /// <summary>Asks both models.</summary>
    /// <exception cref="LociException">A prompt cannot be asked.</exception>
    public static EditComparisonView Of(Model baseModel, Model edited, EditCase of, Compute compute)
    {
        var (prompt, _, target) = of.Request;
        return new(
            target.Trim(),
            [
                Asked("edit", prompt), .. of.Paraphrases.Select(each => Asked("paraphrase", each)),
                .. of.Neighbours.Select(each => Asked("neighbour", each.Prompt, each.Answer)),
            ]);

        ComparedPromptView Asked(string kind, string text, string answer = "")
        {
            text = text.TrimEnd();
            int[] tokens = [.. baseModel.Encode(text)];
            int[] wanted = SubjectPlace.Continuation(baseModel, text, tokens, target);
            int length = answer.Length == 0
                ? wanted.Length
                : SubjectPlace.Continuation(baseModel, text, tokens, answer).Length;
            int[] before = Generator.Greedy(baseModel, tokens, length, compute);
            int[] after = Generator.Greedy(edited, tokens, length, compute);
            bool same = before.AsSpan().SequenceEqual(after);
            return new(
                kind, text, Text(baseModel, before), Text(baseModel, after), same,
                Probability(baseModel, tokens, wanted, compute), Probability(edited, tokens, wanted, compute),
                kind == "neighbour" ? same : after.AsSpan().SequenceEqual(wanted));
        }
    }

    private static string Text(Model model, int[] tokens) => model.RequireTokenizer().Decode(tokens).Trim();

    private static double Probability(Model model, int[] tokens, int[] target, Compute compute) =>
        AnswerScorer.Score(model.Transformer, [new(tokens, target)], compute)[0].Probability;
}
