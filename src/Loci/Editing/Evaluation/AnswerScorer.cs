using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// What a model gives for continuations of prompts: their probability, and whether it says them by itself.
/// </summary>
internal static class AnswerScorer
{
    private const int BatchTokens = 1024;

    /// <summary>A prompt and how it might go on.</summary>
    /// <param name="Prompt">At least one token.</param>
    /// <param name="Target">At least one token.</param>
    public readonly record struct Question(int[] Prompt, int[] Target);

    /// <summary>What the model gives.</summary>
    /// <param name="LogProbability">Of the whole target, nats.</param>
    /// <param name="Said">
    /// True where greedy decoding, left to itself, says the target: the best token is the target's at each of its
    /// places, given those before, which are then what was said.
    /// </param>
    /// <param name="First">The best first token.</param>
    public readonly record struct Answer(double LogProbability, bool Said, int First)
    {
        /// <summary>Of the whole target.</summary>
        public double Probability => Math.Exp(LogProbability);
    }

    /// <summary>Answers, in the order of the questions.</summary>
    public static Answer[] Score(Transformer transformer, IReadOnlyList<Question> questions, Compute compute = default)
    {
        var answers = new Answer[questions.Count];
        var workspace = new Workspace(transformer.Spec);
        for (int first = 0, end; first < questions.Count; first = end)
        {
            var batch = new Batch();
            for (end = first; end < questions.Count && (batch.Rows < BatchTokens || end == first); end++)
                batch.Add([.. questions[end].Prompt, .. questions[end].Target[..^1]]);
            Score(transformer, questions, first, batch, workspace, answers, compute);
        }
        return answers;
    }

    /// <summary>Σ log P of a text's tokens after the first, and how many those are.</summary>
    public static (double Sum, int Count) Text(
        Transformer transformer, int[] tokens, Workspace workspace, Compute compute = default)
    {
        var (spec, sum) = (transformer.Spec, 0.0);
        transformer.Forward(Batch.Of(tokens.AsSpan(0, tokens.Length - 1)), workspace, compute: compute);
        float[] logits = new float[(tokens.Length - 1) * spec.Vocabulary];
        transformer.Logits(workspace.Stream(tokens.Length - 1), logits, compute);
        for (int t = 1; t < tokens.Length; t++)
            sum += LogProbability(logits.AsSpan((t - 1) * spec.Vocabulary, spec.Vocabulary), tokens[t]);
        return (sum, tokens.Length - 1);
    }

    /// <summary>log softmax of one token, nats.</summary>
    public static double LogProbability(ReadOnlySpan<float> logits, int token)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits) most = Math.Max(most, logit);
        foreach (float logit in logits) sum += Math.Exp(logit - most);
        return logits[token] - most - Math.Log(sum);
    }

    private static void Score(
        Transformer transformer, IReadOnlyList<Question> questions, int first, Batch batch, Workspace workspace,
        Answer[] answers, Compute compute)
    {
        var spec = transformer.Spec;
        transformer.Forward(batch, workspace, compute: compute);
        var stream = workspace.Stream(batch.Rows);                      // [rows, width]
        int places = 0;
        for (int s = 0; s < batch.Sequences.Count; s++) places += questions[first + s].Target.Length;
        float[] rows = new float[places * spec.Width], logits = new float[places * spec.Vocabulary];
        int at = 0;
        for (int s = 0; s < batch.Sequences.Count; s++)
        {
            int count = questions[first + s].Target.Length, end = batch.Sequences[s].FirstRow
                + batch.Sequences[s].Count;
            stream.Slice((end - count) * spec.Width, count * spec.Width).CopyTo(rows.AsSpan(at * spec.Width));
            at += count;
        }
        transformer.Logits(rows, logits, compute);
        FiniteValues.RequireLogits(logits, spec.Vocabulary);
        at = 0;
        for (int s = 0; s < batch.Sequences.Count; s++)
        {
            int[] target = questions[first + s].Target;
            double sum = 0;
            bool said = true;
            int begins = -1;
            for (int t = 0; t < target.Length; t++, at++)
            {
                var row = logits.AsSpan(at * spec.Vocabulary, spec.Vocabulary);
                int best = Reductions.ArgMax(row);
                if (t == 0) begins = best;
                said &= best == target[t];
                sum += LogProbability(row, target[t]);
            }
            answers[first + s] = new(sum, said, begins);
        }
    }
}
