using Loci.Models;

namespace Loci.Tracing;

/// <summary>
/// What the model would answer after every token of a prompt if the stream were read after the embedding, or after any
/// layer (nostalgebraist's logit lens 2020: the model's own final norm and output embedding).
/// </summary>
internal sealed class PromptLens
{
    /// <summary>Most tokens at the end of a prompt that are looked at.</summary>
    public const int MostTokens = 96;

    private const int BlockLogits = 1 << 22;

    private PromptLens(int[] tokens, int first, LensStep[][] steps) => (Tokens, First, Steps) = (tokens, first, steps);

    /// <summary>The whole prompt.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>Position of the first token looked at.</summary>
    public int First { get; }

    /// <summary>By position from <see cref="First"/>, then by state: the embedding, then every layer.</summary>
    public IReadOnlyList<IReadOnlyList<LensStep>> Steps { get; }

    /// <summary>Runs a prompt.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="tokens">The prompt, at least one token.</param>
    /// <param name="compute">How much of the machine it may take.</param>
    /// <param name="intervention">Changes values as they pass.</param>
    public static PromptLens Of(
        Transformer transformer, int[] tokens, Compute compute = default, Tap? intervention = null)
    {
        var spec = transformer.Spec;
        int states = spec.Layers + 1, first = Math.Max(0, tokens.Length - MostTokens), count = tokens.Length - first;
        var pass = new Recording(
            [
                new(TapPoint.ResidualBefore, 0),
                .. Enumerable.Range(0, spec.Layers).Select(layer => new TapName(TapPoint.ResidualAfter, layer)),
            ]);
        var guarded = intervention is null ? FiniteValues.Guard : Intervention.All(intervention, FiniteValues.Guard);
        pass.Run(transformer, Batch.Of(tokens), guarded, compute);

        var steps = Enumerable.Range(0, count).Select(_ => new LensStep[states]).ToArray();
        int[] answers = new int[count];
        int block = Math.Clamp(BlockLogits / spec.Vocabulary, 1, count);
        float[] logits = new float[block * spec.Vocabulary];            // [rows of the block, vocabulary]
        for (int state = states - 1; state >= 0; state--)               // the last state first: it has the answers
        {
            float[] stream = state == 0 ? pass[TapPoint.ResidualBefore] : pass[TapPoint.ResidualAfter, state - 1];
            for (int from = 0; from < count; from += block)
            {
                int some = Math.Min(block, count - from);
                var read = logits.AsSpan(0, some * spec.Vocabulary);
                transformer.Logits(
                    stream.AsSpan((first + from) * spec.Width, some * spec.Width), read, compute);
                FiniteValues.RequireLogits(read, spec.Vocabulary);
                for (int r = 0; r < some; r++)
                {
                    var row = read.Slice(r * spec.Vocabulary, spec.Vocabulary);
                    if (state == states - 1) answers[from + r] = ScoredToken.Best(row, 1)[0].Id;
                    steps[from + r][state] = LensStep.Read(row, answers[from + r]);
                }
            }
        }
        return new(tokens, first, steps);
    }
}

/// <summary>What the model would answer at one place.</summary>
/// <param name="Best">The best token.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="AnswerProbability">Probability of the token that the last layer answers with at this position.</param>
/// <param name="AnswerRank">Its rank, from 1.</param>
internal readonly record struct LensStep(int Best, double Probability, double AnswerProbability, int AnswerRank)
{
    public static LensStep Read(ReadOnlySpan<float> logits, int answer)
    {
        var step = TraceStep.Read(0, logits, answer);
        return new(step.Top.Id, step.TopProbability, step.AnswerProbability, step.AnswerRank);
    }
}
