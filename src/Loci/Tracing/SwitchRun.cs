using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Tracing;

/// <summary>
/// What changes of coefficients do to the next token of a prompt, beside the same done to matched cells
/// (<see cref="MatchedControl"/>), drawn anew several times: what the changes do beyond that is theirs.
/// </summary>
internal sealed class SwitchRun
{
    /// <summary>Controls drawn.</summary>
    public const int Draws = 20;

    private const int MostRows = 1024; // of one batch: bounds the memory a long prompt takes

    private SwitchRun(
        int[] tokens, IReadOnlyList<CoefficientChange> changes, SwitchOutcome before, SwitchOutcome after,
        IReadOnlyList<ControlOutcome> controls) =>
        (Tokens, Changes, Before, After, Controls) = (tokens, changes, before, after, controls);

    /// <summary>The prompt.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>The changes.</summary>
    public IReadOnlyList<CoefficientChange> Changes { get; }

    /// <summary>The model as it is.</summary>
    public SwitchOutcome Before { get; }

    /// <summary>Under the changes.</summary>
    public SwitchOutcome After { get; }

    /// <summary>Under each control; empty where nothing else of the kind is there.</summary>
    public IReadOnlyList<ControlOutcome> Controls { get; }

    /// <summary>Runs a prompt with and without changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">The prompt, at least one token.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="compute">How much of the machine it may take.</param>
    public static SwitchRun Of(
        Model model, int[] tokens, IReadOnlyList<CoefficientChange> changes, int seed = 1, Compute compute = default)
    {
        var transformer = model.Transformer;
        int layers = transformer.Spec.Layers;
        var intact = new Recording(
            [
                new(TapPoint.Logits, 0),
                .. Enumerable.Range(0, layers).Select(layer => new TapName(TapPoint.Coefficients, layer)),
            ],
            lastRow: true);
        intact.Run(transformer, Batch.Of(tokens), null, compute);
        float[] before = intact[TapPoint.Logits];
        FiniteValues.RequireLogits(before, before.Length);
        int answer = ScoredToken.Best(before, 1)[0].Id;

        var control = new MatchedControl(
            transformer, [.. Enumerable.Range(0, layers).Select(layer => intact[TapPoint.Coefficients, layer])]);
        var random = RandomStream.Of(seed, "matched control");
        var drawn = new List<IReadOnlyList<CoefficientChange>>();
        for (int draw = 0; draw < Draws; draw++)
            if (control.Draw(changes, random) is { } other)
                drawn.Add(other);
        var outcomes = Run(transformer, tokens, [changes, .. drawn], before, answer, compute);
        return new(
            tokens, changes, SwitchOutcome.Of(before, before, answer), outcomes[0],
            [.. drawn.Zip(outcomes.Skip(1), (of, outcome) => new ControlOutcome(of, outcome))]);
    }

    // A pass does not depend on its batch neighbours: one batch serves many variants, a sequence for each.
    private static List<SwitchOutcome> Run(
        Transformer transformer, int[] tokens, IReadOnlyList<IReadOnlyList<CoefficientChange>> variants,
        float[] before, int answer, Compute compute)
    {
        var (spec, workspace, single) = (transformer.Spec, new Workspace(transformer.Spec), Batch.Of(tokens));
        var outcomes = new List<SwitchOutcome>(variants.Count);
        float[] logits = new float[spec.Vocabulary];
        foreach (var some in variants.Chunk(Math.Max(1, MostRows / tokens.Length)))
        {
            var batch = new Batch();
            Tap[] taps = [.. some.Select(CoefficientChange.Tap)];
            foreach (var _ in some) batch.Add(tokens);
            transformer.Forward(batch, workspace, Change, compute: compute, inside: AttentionTaps.Heads);
            var stream = workspace.Stream(batch.Rows);                  // [rows, width]
            foreach (var sequence in batch.Sequences)
            {
                int last = sequence.FirstRow + sequence.Count - 1;
                transformer.Logits(stream.Slice(last * spec.Width, spec.Width), logits, compute);
                FiniteValues.RequireLogits(logits, spec.Vocabulary);
                outcomes.Add(SwitchOutcome.Of(logits, before, answer));
            }

            void Change(TapPoint point, int layer, Span<float> values, Batch of)
            {
                int width = values.Length / of.Rows, rows = tokens.Length * width;
                for (int s = 0; s < taps.Length; s++) taps[s](point, layer, values.Slice(s * rows, rows), single);
            }
        }
        return outcomes;
    }
}

/// <summary>A control, and what it does.</summary>
/// <param name="Changes">What is changed instead.</param>
/// <param name="Outcome">What follows.</param>
internal sealed record ControlOutcome(IReadOnlyList<CoefficientChange> Changes, SwitchOutcome Outcome);

/// <summary>The next token under some changes.</summary>
/// <param name="Top">The likeliest tokens, best first.</param>
/// <param name="LogProbabilities">Their ln p.</param>
/// <param name="Answer">The token that the model answers with as it is.</param>
/// <param name="AnswerLogProbability">Its ln p.</param>
/// <param name="AnswerRank">Its rank, from 1.</param>
/// <param name="Divergence">KL divergence from the model as it is to this, in nats.</param>
internal sealed record SwitchOutcome(
    IReadOnlyList<ScoredToken> Top, IReadOnlyList<double> LogProbabilities, int Answer, double AnswerLogProbability,
    int AnswerRank, double Divergence)
{
    private const int MostTokens = 10;

    public static SwitchOutcome Of(ReadOnlySpan<float> logits, ReadOnlySpan<float> before, int answer)
    {
        double all = LogSum(logits), allBefore = LogSum(before), divergence = 0;
        int rank = 1;
        for (int t = 0; t < logits.Length; t++)
        {
            double was = before[t] - allBefore;
            divergence += Math.Exp(was) * (was - (logits[t] - all));
            if (logits[t] > logits[answer] || (logits[t] == logits[answer] && t < answer)) rank++;
        }
        var top = ScoredToken.Best(logits, MostTokens);
        return new(
            top, [.. top.Select(token => token.Logit - all)], answer, logits[answer] - all, rank,
            Math.Max(0, divergence));
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        double most = float.NegativeInfinity, sum = 0;
        foreach (float logit in logits) most = Math.Max(most, logit);
        foreach (float logit in logits) sum += Math.Exp(logit - most);
        return most + Math.Log(sum);
    }
}
