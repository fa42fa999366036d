using Loci.Models;
using Loci.Tracing;
using Loci.Worlds.Documentation;

namespace Loci.Views;

/// <summary>
/// The beginning of a passage that a model has never read, which it goes on with as the passage does.
/// </summary>
/// <param name="Passage">The passage.</param>
/// <param name="Text">Its beginning.</param>
/// <param name="Tokens">The same for the model.</param>
/// <param name="Answer">The token that follows, which the model holds the likeliest.</param>
/// <param name="Probability">How likely.</param>
public sealed record DocumentationPrompt(
    DocumentationPassage Passage, string Text, IReadOnlyList<int> Tokens, int Answer, double Probability)
{
    private const int Tried = 400, Shortest = 40, Longest = 120, FewestTokens = 7;

    /// <summary>
    /// Prompts whose answer is a word of five letters or more that they do not hold themselves, one a passage and one
    /// an answer, the surest first.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="heldOut">Passages it has not read.</param>
    /// <param name="compute">Threads to use, and what ends the search.</param>
    public static IReadOnlyList<DocumentationPrompt> Find(
        Model model, IReadOnlyList<DocumentationPassage> heldOut, Compute compute = default)
    {
        var found = new List<DocumentationPrompt>();
        var spec = model.Spec;
        var workspace = new Workspace(spec);
        int step = Math.Max(1, heldOut.Count / Tried);
        for (int i = 0; i < heldOut.Count; i += step)
        {
            var passage = heldOut[i];
            if (passage.Text.Length is < Shortest or > Longest) continue;
            int[] tokens = [.. model.Encode(passage.Text)];
            if (tokens.Length > spec.Context) continue;
            model.Transformer.Forward(Batch.Of(tokens), workspace, compute: compute);
            float[] logits = new float[tokens.Length * spec.Vocabulary]; // [tokens, vocabulary]
            model.Transformer.Logits(workspace.Stream(tokens.Length), logits, compute);
            DocumentationPrompt? best = null;
            for (int at = FewestTokens; at + 1 < tokens.Length; at++)
            {
                var row = logits.AsSpan(at * spec.Vocabulary, spec.Vocabulary);
                int said = ScoredToken.Best(row, 1)[0].Id;
                if (said != tokens[at + 1] || !IsWord(model, said)
                    || !EndsWord(model, tokens, at + 2)) continue;
                string text = model.Tokenizer!.Decode(tokens.AsSpan(0, at + 1)).Trim();
                double probability = ProbabilityOf(row, said);
                if (text.Contains(TokenNames.Text(model, said).Trim(), StringComparison.OrdinalIgnoreCase)
                    || probability <= (best?.Probability ?? 0)) continue;
                best = new(passage, text, tokens[..(at + 1)], said, probability);
            }
            if (best is not null) found.Add(best);
        }
        return [.. found.OrderByDescending(prompt => prompt.Probability).DistinctBy(prompt => prompt.Answer)];
    }

    /// <summary>Of some prompts that in which one cell adds most to the answer, traced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">The prompts.</param>
    public static (DocumentationPrompt Prompt, PromptTrace Trace)? ClearestTrace(
        Model model, IEnumerable<DocumentationPrompt> prompts)
    {
        var traces = prompts.Select(prompt => (Prompt: prompt, Trace: PromptTrace.Of(
            PromptRun.Of(model.Transformer, [.. prompt.Tokens]), prompt.Answer))).ToArray();
        return traces.Length == 0
            ? null
            : traces.MaxBy(traced => traced.Trace.For(1).Select(cell => cell.Contribution).FirstOrDefault());
    }

    private static bool IsWord(Model model, int token)
    {
        string text = TokenNames.Text(model, token);
        return text.Length > 5 && text[0] == ' ' && text.AsSpan(1).IndexOfAnyExceptInRange('a', 'z') < 0;
    }

    // What follows begins another word.
    private static bool EndsWord(Model model, int[] tokens, int at) =>
        at >= tokens.Length || !char.IsLetterOrDigit(TokenNames.Text(model, tokens[at])[0]);

    private static double ProbabilityOf(ReadOnlySpan<float> logits, int token)
    {
        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp(logit - logits[token]);
        return 1 / sum;
    }
}
