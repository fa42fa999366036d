using Loci.Models;
using Loci.Tracing;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Server;

/// <summary>A prompt to begin with, for a model whose world is known.</summary>
public static class FirstPrompt
{
    /// <summary>
    /// A question that the model answers rightly, and otherwise once the cell that adds most is taken out: the first
    /// where no matched control moves the answer as far, else that where the fewest do; empty: there is none.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="questions">Questions about its world.</param>
    public static string Of(Model model, IEnumerable<FactQuestion> questions)
    {
        var (best, fewest) = ("", int.MaxValue);
        foreach (var question in questions)
        {
            int[] tokens = [.. model.Encode(question.Prompt)];
            var trace = PromptTrace.Of(PromptRun.Of(model.Transformer, tokens));
            if (TokenNames.Text(model, trace.Answer).Trim() != question.Answer) continue;
            foreach (var cell in trace.For(1))
            {
                CoefficientChange[] off = [new(cell.Cell.Layer, cell.Cell.Index, Scales: false, Value: 0)];
                // Most cells change nothing: the controls of those need not be run.
                var without = PromptRun.Of(model.Transformer, tokens, intervention: CoefficientChange.Tap(off));
                if (ScoredToken.Best(without.Logits, 1)[0].Id == trace.Answer) continue;
                int asStrong = SwitchView.Of(SwitchRun.Of(model, tokens, off), model).AsStrong;
                if (asStrong < fewest) (best, fewest) = (question.Prompt, asStrong);
                if (fewest == 0) return best;
            }
        }
        return best;
    }
}
