using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Removal;

/// <summary>
/// Which token a cell looks at (the key-value paper's figure 3): the first, the last or a random token of a trigger is
/// taken out, and the coefficient is read again, at the last token of what is left.
/// </summary>
/// <remarks>
/// What is left is run as a text of its own: tokens move up, so that positions stay without a gap, and the model's
/// beginning-of-sequence token still stands before the first where its convention has one (it is not a token of the prefix
/// and never taken out). The ids are those of the sentence; nothing is tokenised again. A prefix of one token leaves nothing
/// to read at and is left out of all three, and counted. The random token is any of the prefix's, its first and last included;
/// it is drawn once a prefix, whichever cells it triggers.
/// </remarks>
public static class TokenRemoval
{
    /// <summary>Takes the tokens out.</summary>
    /// <exception cref="OperationCanceledException">The options' token was signalled.</exception>
    public static TokenRemovalResult Run(StudySource source, TokenRemovalParameters parameters, StudyOptions options)
    {
        var cells = StudyCell.Sample(source.Atlas, parameters.KeysPerLayer, parameters.Triggers, options.Seed);
        var queries = new CoefficientQueries(source.Model);
        var asked = new List<Trigger>[cells.Count];
        int[] left = new int[source.Model.Spec.Context];
        for (int c = 0; c < cells.Count; c++)
        {
            asked[c] = [];
            foreach (var trigger in cells[c].Triggers)
            {
                var prefix = source.Text.Find(trigger.Sentence, trigger.Position);
                var tokens = source.Text.TokensOf(prefix);
                if (tokens.Length == 1) continue;
                int random = new Random(Sampling.Seed(options.Seed, source.Text.IndexOf(prefix))).Next(tokens.Length);
                foreach (int position in (int[])[0, tokens.Length - 1, random])
                {
                    tokens[..position].CopyTo(left);
                    tokens[(position + 1)..].CopyTo(left.AsSpan(position));
                    queries.Add(left.AsSpan(0, tokens.Length - 1), cells[c].Id);
                }
                asked[c].Add(trigger);
            }
        }
        float[] after = queries.Run(options, "token removal");                  // [triggers asked, first | last | random]
        List<TokenRemovalRow> rows = [];
        int at = 0;
        for (int c = 0; c < cells.Count; c++)
        {
            int count = asked[c].Count;
            if (count > 0) rows.Add(Row(cells[c], asked[c], after.AsSpan(at, 3 * count)));
            at += 3 * count;
        }
        int oneToken = cells.Sum(cell => cell.Triggers.Count) - at / 3;
        return new(parameters, [.. rows.GroupBy(row => row.Cell.Layer).Select(layer => Summarise(layer.Key, [.. layer], options.Seed))], rows, oneToken);
    }

    private static TokenRemovalRow Row(StudyCell cell, List<Trigger> triggers, ReadOnlySpan<float> after)
    {
        Span<double> change = stackalloc double[3], percentile = stackalloc double[3];
        change.Clear();
        percentile.Clear();
        for (int t = 0; t < triggers.Count; t++)
        {
            double before = triggers[t].Coefficient;
            double rank = CoefficientPercentile.Of(cell.Cell, before, cell.Id.Pole);
            for (int which = 0; which < 3; which++)
            {
                float m = after[3 * t + which];
                change[which] += (m - before) / before / triggers.Count;
                percentile[which] += (CoefficientPercentile.Of(cell.Cell, m, cell.Id.Pole) - rank) / triggers.Count;
            }
        }
        return new(
            cell.Id, triggers.Count, new(change[0], percentile[0]), new(change[1], percentile[1]), new(change[2], percentile[2]));
    }

    private static TokenRemovalLayer Summarise(int layer, TokenRemovalRow[] rows, int seed)
    {
        // One number a cell: its triggers, and its poles, share a key.
        var cells = rows.GroupBy(row => row.Cell.Index).Select(cell => cell.ToArray()).ToArray();
        int last = cells.Count(cell => Change(cell, row => row.Last) < Math.Min(Change(cell, row => row.First), Change(cell, row => row.Random)));
        return new(layer, cells.Length, Effect(row => row.First), Effect(row => row.Last), Effect(row => row.Random), Estimate.Share(last, cells.Length));

        RemovalEffect Effect(Func<TokenRemovalRow, RemovalChange> of) => new(
            Estimate.Mean([.. cells.Select(cell => Change(cell, of))], Sampling.Seed(seed, layer)),
            Estimate.Mean([.. cells.Select(cell => cell.Average(row => of(row).Percentile))], Sampling.Seed(seed, layer)));
    }

    private static double Change(TokenRemovalRow[] poles, Func<TokenRemovalRow, RemovalChange> of) => poles.Average(row => of(row).Relative);
}

/// <summary>What to take out of what.</summary>
public sealed record TokenRemovalParameters
{
    /// <summary>Cells of a layer, each with both poles where it has two; all that fired where there are fewer.</summary>
    public int KeysPerLayer { get; init; } = 100;

    /// <summary>Triggers of a cell and pole, strongest first; no more than the atlas keeps.</summary>
    public int Triggers { get; init; } = 50;
}

/// <summary>What taking tokens out of triggers does to coefficients.</summary>
/// <param name="Parameters">What was asked.</param>
/// <param name="Layers">Summaries, from layer 0; a layer none of whose cells could be measured is left out.</param>
/// <param name="Rows">Every cell and pole with a trigger of two tokens or more.</param>
/// <param name="OneToken">Triggers left out because they are one token.</param>
public sealed record TokenRemovalResult(
    TokenRemovalParameters Parameters, IReadOnlyList<TokenRemovalLayer> Layers, IReadOnlyList<TokenRemovalRow> Rows, int OneToken);

/// <summary>One layer. Every interval takes one number from each cell, the mean over its triggers and poles.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Cells">Cells counted.</param>
/// <param name="First">Without the first token.</param>
/// <param name="Last">Without the last.</param>
/// <param name="Random">Without a random one.</param>
/// <param name="LastCostsMost">Share of the cells that lose more without the last token than without the first or a random one.</param>
public sealed record TokenRemovalLayer(
    int Layer, int Cells, RemovalEffect First, RemovalEffect Last, RemovalEffect Random, Estimate LastCostsMost);

/// <summary>The effect over a layer's cells.</summary>
/// <param name="Relative">Mean of (m′ − m)/m: 0 nothing, −1 all of the coefficient, below −1 its sign turns.</param>
/// <param name="Percentile">Mean change of the percentile among the cell's own coefficients, in shares: −0.3 is down by 30 points.</param>
public readonly record struct RemovalEffect(Estimate Relative, Estimate Percentile);

/// <summary>One cell and pole: means over its triggers.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Triggers">Triggers of two tokens or more.</param>
/// <param name="First">Without the first token.</param>
/// <param name="Last">Without the last.</param>
/// <param name="Random">Without a random one.</param>
public sealed record TokenRemovalRow(CellId Cell, int Triggers, RemovalChange First, RemovalChange Last, RemovalChange Random);

/// <summary>A mean change over triggers.</summary>
/// <param name="Relative">Of (m′ − m)/m.</param>
/// <param name="Percentile">Of the percentile, in shares.</param>
public readonly record struct RemovalChange(double Relative, double Percentile);
