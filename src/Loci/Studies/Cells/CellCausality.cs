using Loci.Atlas;
using Loci.Memory.Numerics;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Cells;

/// <summary>
/// Whether one cell causes what its value says: at each of its strongest triggers its coefficient is set to 0 at the
/// last token, the model is run again, and the same is done to matched cells (<see cref="Tracing.MatchedControl"/>'s
/// choice). Differences are paired by trigger; intervals are over stretches of the text.
/// </summary>
/// <param name="Token">The token its value promotes most at this pole.</param>
/// <param name="Triggers">Triggers tested.</param>
/// <param name="Logit">Nats it adds to the token's logit.</param>
/// <param name="MatchedLogit">Nats that matched cells add to it.</param>
/// <param name="Difference">The paired difference.</param>
/// <param name="Loss">Nats of the next token's loss that it saves.</param>
/// <param name="MatchedLoss">Nats that matched cells save.</param>
/// <param name="LossDifference">The paired difference.</param>
/// <param name="Changed">Share of triggers where the model's answer changes.</param>
/// <param name="MatchedChanged">Share where it changes for the matched cells.</param>
/// <param name="Size">Mean |m|·‖v‖ of the cell.</param>
/// <param name="MatchedSize">Mean |m|·‖v‖ of the matched cells: how near the match is.</param>
internal sealed record CellCausality(
    int Token, int Triggers, Estimate Logit, Estimate MatchedLogit, Estimate Difference, Estimate Loss,
    Estimate MatchedLoss, Estimate LossDifference, Estimate Changed, Estimate MatchedChanged, double Size,
    double MatchedSize)
{
    private const int MostTriggers = 24, Matched = 4, Candidates = 5;

    /// <summary>Tests a cell.</summary>
    /// <exception cref="LociException">Nothing fires it, or its layer has no other cell.</exception>
    public static CellCausality Of(
        Model model, AtlasFile atlas, CellId id, int seed, Action<int, int> progress, Compute compute)
    {
        var cell = atlas.Cell(id);
        Trigger[] triggers = [.. cell.Triggers(id.Pole).DistinctBy(trigger => trigger.Sentence).Take(MostTriggers)];
        if (triggers.Length == 0)
            throw new LociException($"Nothing in the corpus fires {id}: there is nothing to test.");
        if (model.Spec.Blocks[id.Layer].Cells.Count < 2)
            throw new LociException($"Layer {id.Layer} has no other cell to match {id} with.");
        int token = cell.Value.Folded.At(id.Pole).Prediction;
        float[] norms = ValueProjection.Norms(model.Transformer, id.Layer);
        var random = RandomStream.Of(seed, "matched cells of one cell");
        var trials = new List<Trial>();
        foreach (var trigger in triggers)
        {
            var sentence = atlas.Sentence(trigger);
            trials.Add(Run(model, sentence, trigger.Position, id, token, norms, random, compute));
            progress(trials.Count, triggers.Length);
        }
        long sentences = Math.Max(1, atlas.Manifest.Sentences);
        int stretches = (int)Math.Min(sentences, StudyText.MostStretches);
        var units = Units.OfText(triggers.Select(trigger => (int)(trigger.Sentence * stretches / sentences)));
        int[] counted = [.. Enumerable.Range(0, trials.Count).Where(t => !double.IsNaN(trials[t].Loss))];
        var counting = Units.OfText(counted.Select(t => (int)(triggers[t].Sentence * stretches / sentences)));
        return new(
            token, trials.Count, Mean(t => t.Logit), Mean(t => t.MatchedLogit), Mean(t => t.Logit - t.MatchedLogit),
            MeanLoss(t => t.Loss), MeanLoss(t => t.MatchedLoss), MeanLoss(t => t.Loss - t.MatchedLoss),
            Estimate.Share([.. trials.Select(t => t.Changed)], units),
            Estimate.MeanShare([.. trials.Select(t => t.MatchedChanged)], units),
            trials.Average(t => t.Size), trials.Average(t => t.MatchedSize));

        Estimate Mean(Func<Trial, double> of) => Estimate.Mean([.. trials.Select(of)], units);

        Estimate MeanLoss(Func<Trial, double> of) => Estimate.Mean([.. counted.Select(t => of(trials[t]))], counting);
    }

    private sealed record Trial(
        double Logit, double MatchedLogit, double Loss, double MatchedLoss, bool Changed, double MatchedChanged,
        double Size, double MatchedSize);

    private readonly record struct Answer(double Logit, double Loss, int Best);

    private static Trial Run(
        Model model, AtlasSentence sentence, int position, CellId id, int token, float[] norms, Random random,
        Compute compute)
    {
        List<int> tokens = [];
        if (model.BeginOfSequence is { } begin) tokens.Add(begin);
        tokens.AddRange(sentence.Tokens.Take(position + 1));
        int? next = sentence.NextToken(position);
        float[] m = [];
        var intact = Pass([-1], (values, width, row, _) => m = values.Slice(row * width, width).ToArray())[0];
        float Write(int cell) => Math.Abs(m[cell]) * norms[cell];
        int[] near =
        [
            .. Enumerable.Range(0, m.Length).Where(i => i != id.Index)
                .OrderBy(i => Math.Abs(Write(i) - Write(id.Index))).ThenBy(i => i).Take(Candidates),
        ];
        random.Shuffle(near);
        int[] matched = [.. near.Take(Matched)];
        var answers = Pass([id.Index, .. matched], (values, width, row, cell) => values[row * width + cell] = 0);
        var others = answers.Skip(1).ToArray();
        return new(
            intact.Logit - answers[0].Logit, others.Average(other => intact.Logit - other.Logit),
            answers[0].Loss - intact.Loss, others.Average(other => other.Loss - intact.Loss),
            answers[0].Best != intact.Best, others.Average(other => other.Best != intact.Best ? 1.0 : 0),
            Write(id.Index), matched.Average(cell => (double)Write(cell)));

        // A sequence for each cell that is changed, at its last row.
        List<Answer> Pass(int[] cells, Change change)
        {
            var (batch, workspace, spec) = (new Batch(), new Workspace(model.Spec), model.Spec);
            foreach (int _ in cells) batch.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
            model.Transformer.Forward(
                batch, workspace,
                (point, layer, values, of) =>
                {
                    if (point != TapPoint.Coefficients || layer != id.Layer) return;
                    int width = values.Length / of.Rows;
                    for (int s = 0; s < cells.Length; s++) change(values, width, Last(s), cells[s]);
                },
                compute: compute);
            var stream = workspace.Stream(batch.Rows);                  // [rows, width]
            float[] logits = new float[spec.Vocabulary];
            var found = new List<Answer>();
            for (int s = 0; s < cells.Length; s++)
            {
                model.Transformer.Logits(stream.Slice(Last(s) * spec.Width, spec.Width), logits, compute);
                FiniteValues.RequireLogits(logits, spec.Vocabulary);
                found.Add(new(
                    logits[token],
                    next is { } after ? Reductions.LogSumExp(logits) - (double)logits[after] : double.NaN,
                    ScoredToken.Best(logits, 1)[0].Id));
            }
            return found;
        }

        int Last(int sequence) => (sequence + 1) * tokens.Count - 1;
    }

    private delegate void Change(Span<float> values, int width, int row, int cell);
}
