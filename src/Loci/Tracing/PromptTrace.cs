using Loci.Memory.Recall;
using Loci.Models;

namespace Loci.Tracing;

/// <summary>
/// Why a model gives an answer after a prompt: how the prediction forms state by state, and what every part of the
/// model adds to the answer's logit directly, cell by cell.
/// </summary>
/// <remarks>
/// The parts are direct effects: what a part writes and the output reads, the final norm's scale held at its value.
/// What a part does by way of later layers is counted with the layer that writes it.
/// </remarks>
public sealed class PromptTrace
{
    private PromptTrace(PromptRun run, int answer, int? against)
    {
        (Run, Answer, Against) = (run, answer, against);
        Steps =
        [
            .. Enumerable.Range(0, run.States).Select(state => TraceStep.Read(state, run.LogitsAt(state), answer)),
        ];
        Parts = DirectContributions.Of(run.Transformer, run.Pass, row: 0, answer, against);
        var spec = run.Transformer.Spec;
        Cells =
        [
            .. from l in Enumerable.Range(0, spec.Layers)
               from i in Enumerable.Range(0, spec.Blocks[l].Cells.Count)
               let m = run.Pass[TapPoint.Coefficients, l][i]
               where m != 0
               let cell = new CellId(l, i, spec.Blocks[l].Cells.Gated && m < 0 ? Pole.Negative : Pole.Positive)
               let contribution = Parts.Cells[l][i]
               orderby contribution descending, l, i
               select new CellContribution(cell, m, contribution),
        ];
    }

    /// <summary>The prompt and the scores.</summary>
    public PromptRun Run { get; }

    /// <summary>The token explained: the model's own answer, or the one asked about.</summary>
    public int Answer { get; }

    /// <summary>The token it is weighed against; null: the answer's logit alone is explained.</summary>
    public int? Against { get; }

    /// <summary>
    /// How the prediction forms: after the embedding, then after each layer's attention and feed-forward part.
    /// </summary>
    public IReadOnlyList<TraceStep> Steps { get; }

    /// <summary>What every part adds; the parts sum to <see cref="Explained"/>.</summary>
    public DirectContributions Parts { get; }

    /// <summary>Every cell that is not silent, from the one that adds most to the one that takes away most.</summary>
    public IReadOnlyList<CellContribution> Cells { get; }

    /// <summary>The answer's logit at the end, soft cap applied; minus that of <see cref="Against"/>.</summary>
    public double Logit => Run.Logits[Answer] - (Against is { } other ? (double)Run.Logits[other] : 0);

    /// <summary>
    /// What the parts sum to: <see cref="Logit"/> before the model's soft cap, up to float32 rounding.
    /// </summary>
    public double Explained => Parts.Sum;

    /// <summary>Explains an answer.</summary>
    /// <param name="run">The prompt, run.</param>
    /// <param name="answer">The token to explain; the model's best by default.</param>
    /// <param name="against">A token to weigh it against.</param>
    /// <exception cref="LociException">A token is outside the vocabulary, or both are the same.</exception>
    public static PromptTrace Of(PromptRun run, int? answer = null, int? against = null)
    {
        int token = answer ?? ScoredToken.Best(run.Logits, 1)[0].Id;
        int vocabulary = run.Transformer.Spec.Vocabulary;
        foreach (int? id in (int?[])[token, against])
            if (id is < 0 || id >= vocabulary)
                throw new LociException(
                    $"Token {id} is outside the model's vocabulary of {vocabulary} (ids 0 to {vocabulary - 1}).");
        if (token == against) throw new LociException($"Token {token} cannot be weighed against itself; name another.");
        return new(run, token, against);
    }

    /// <summary>The cells that add most, strongest first.</summary>
    public IEnumerable<CellContribution> For(int count) => Cells.TakeWhile(cell => cell.Contribution > 0).Take(count);

    /// <summary>The cells that take away most, strongest first.</summary>
    public IEnumerable<CellContribution> Opposing(int count) =>
        Cells.Reverse().TakeWhile(cell => cell.Contribution < 0).Take(count);
}
