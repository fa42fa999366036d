using Loci.Models;

namespace Loci.Tracing;

/// <summary>
/// A prompt run once, kept as far as one position needs it: the scores that the stream would give if it were read after
/// every step (nostalgebraist's logit lens 2020: the model's own final norm and output embedding), and what
/// <see cref="PromptTrace"/> splits an answer into.
/// </summary>
public sealed class PromptRun
{
    private readonly float[] _logits;                                   // [states, vocabulary]

    private PromptRun(Transformer transformer, int[] tokens, Recording pass, float[] logits) =>
        (Transformer, Tokens, Pass, _logits) = (transformer, tokens, pass, logits);

    /// <summary>The model.</summary>
    public Transformer Transformer { get; }

    /// <summary>What was run: the tokens up to the position looked at, which is the last of them.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>
    /// States of the stream: the embedding, then two a layer, after attention and after the feed-forward layer.
    /// </summary>
    public int States => 2 * Transformer.Spec.Layers + 1;

    /// <summary>The scores of the next token at the end.</summary>
    public ReadOnlySpan<float> Logits => LogitsAt(States - 1);

    internal Recording Pass { get; }

    /// <summary>The scores of the next token, read after a state; soft cap applied. [vocabulary]</summary>
    public ReadOnlySpan<float> LogitsAt(int state) =>
        _logits.AsSpan(state * Transformer.Spec.Vocabulary, Transformer.Spec.Vocabulary);

    /// <summary>Runs a prompt.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="tokens">The prompt, at least one token.</param>
    /// <param name="position">Whose next token is looked at, from 0; the last token's by default.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <param name="intervention">Changes values as they pass.</param>
    /// <exception cref="LociException">
    /// There is no such position, a token is not the model's, the prompt is longer than its context, or the model
    /// computes NaN.
    /// </exception>
    public static PromptRun Of(
        Transformer transformer, IReadOnlyList<int> tokens, int? position = null, Compute compute = default,
        Tap? intervention = null)
    {
        int at = position ?? tokens.Count - 1;
        if (at < 0 || at >= tokens.Count)
            throw new LociException(
                $"There is no position {at}: the prompt has {tokens.Count} tokens, at positions 0 to "
                + $"{tokens.Count - 1}.");
        int[] run = [.. tokens.Take(at + 1)]; // attention is causal: nothing later has a say
        var spec = transformer.Spec;
        var pass = new Recording(
            [.. DirectContributions.Taps(spec),
                .. TapName.All(spec).Where(tap => tap.Point == TapPoint.ResidualMiddle)], lastRow: true);
        var guarded = intervention is null ? FiniteValues.Guard : Intervention.All(intervention, FiniteValues.Guard);
        pass.Run(transformer, Batch.Of(run), guarded, compute);

        int states = 2 * spec.Layers + 1;
        float[] streams = new float[states * spec.Width];               // [states, width]
        for (int state = 0; state < states; state++) Stream(pass, state).CopyTo(streams, state * spec.Width);
        if ((long)states * spec.Vocabulary > Array.MaxLength)
            throw new LociException(
                $"{states} states over a vocabulary of {spec.Vocabulary} are too many scores to hold.");
        float[] logits = new float[states * spec.Vocabulary];
        transformer.Logits(streams, logits, compute);
        FiniteValues.RequireLogits(logits, spec.Vocabulary);
        return new(transformer, run, pass, logits);
    }

    private static float[] Stream(Recording pass, int state) =>
        state == 0
        ? pass[TapPoint.ResidualBefore]
        : pass[state % 2 == 1 ? TapPoint.ResidualMiddle : TapPoint.ResidualAfter, (state - 1) / 2];
}
