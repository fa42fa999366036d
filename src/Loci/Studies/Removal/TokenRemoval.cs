using System.Text.Json.Serialization;
using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Removal;

/// <summary>
/// Which token a cell looks at (the key-value paper's figure 3): the first, the last or a random token of a trigger is
/// taken out, and the coefficient is read again, at the last token of what is left.
/// </summary>
/// <remarks>
/// What is left is run as a text of its own: tokens move up, so that positions stay without a gap, and the model's
/// beginning-of-sequence token still stands before the first where its convention has one (it is not a token of the
/// prefix and never taken out). The ids are those of the sentence; nothing is tokenised again. A prefix of one token
/// leaves nothing to read at and is left out of all three, and counted. The random token is any of the prefix's, its
/// first and last included; it is drawn once a prefix, whichever cells it triggers.
/// </remarks>
public static class TokenRemoval
{
    /// <summary>The study as a value.</summary>
    public static Study<TokenRemovalResult> Study { get; } =
        new Study<TokenRemovalParameters, TokenRemovalResult>("removal", "token removal")
    {
        What = "which token of a prefix a cell looks at",
        Reads = StudyInputs.All,
        Sizes = new(
            paper: new(), quick: new() { KeysPerLayer = 10, Triggers = 10 },
            ofNull: new() { KeysPerLayer = 40, Triggers = 25 }),
        Measure = Run,
        Result = TokenRemovalJson.Default.TokenRemovalResult,
        NotReported = ["each"],
        Effort = _ => new(10, 1),
    };

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
                int random = Sampling.Of(options.Seed, "token to remove", source.Text.IndexOf(prefix))
                    .Next(tokens.Length);
                foreach (int position in (int[])[0, tokens.Length - 1, random])
                {
                    tokens[..position].CopyTo(left);
                    tokens[(position + 1)..].CopyTo(left.AsSpan(position));
                    queries.Add(left.AsSpan(0, tokens.Length - 1), cells[c].Id);
                }
                asked[c].Add(trigger);
            }
        }
        // [triggers asked, first | last | random]
        float[] after = queries.Run(options, "token removal");
        List<TokenRemovalRow> rows = [];
        int at = 0;
        for (int c = 0; c < cells.Count; c++)
        {
            int count = asked[c].Count;
            if (count > 0) rows.Add(Row(source.Text, cells[c], asked[c], after.AsSpan(at, 3 * count)));
            at += 3 * count;
        }
        int oneToken = cells.Sum(cell => cell.Triggers.Count) - at / 3;
        return new(
            parameters, [.. rows.GroupBy(row => row.Cell.Layer).Select(layer => Summarise(layer.Key, [.. layer]))],
            rows, oneToken);
    }

    private static TokenRemovalRow Row(StudyText text, StudyCell cell, List<Trigger> triggers,
        ReadOnlySpan<float> after)
    {
        var each = new RemovedTrigger[triggers.Count];
        for (int t = 0; t < each.Length; t++)
        {
            double before = triggers[t].Coefficient;
            double rank = CoefficientPercentile.Of(cell.Cell, before, cell.Id.Pole);
            each[t] = new(
                text.Stretch(text.Find(triggers[t].Sentence, triggers[t].Position)),
                Change(after[3 * t]), Change(after[3 * t + 1]), Change(after[3 * t + 2]));

            RemovalChange Change(float m) =>
                new((m - before) / before, CoefficientPercentile.Of(cell.Cell, m, cell.Id.Pole) - rank);
        }
        return new(cell.Id, each.Length, Mean(t => t.First), Mean(t => t.Last), Mean(t => t.Random)) { Each = each };

        RemovalChange Mean(Func<RemovedTrigger, RemovalChange> of) =>
            new(each.Average(t => of(t).Relative), each.Average(t => of(t).Percentile));
    }

    private static TokenRemovalLayer Summarise(int layer, TokenRemovalRow[] rows) => new(
        layer, rows.DistinctBy(row => row.Cell.Index).Count(),
        Effect(rows, t => t.First), Effect(rows, t => t.Last), Effect(rows, t => t.Random), LastCostsMost(rows));

    /// <summary>The effect over some cells and poles.</summary>
    /// <param name="rows">The cells and poles.</param>
    /// <param name="of">Without which token.</param>
    public static RemovalEffect Effect(IReadOnlyCollection<TokenRemovalRow> rows,
        Func<RemovedTrigger, RemovalChange> of)
    {
        var units = Units.Crossed(
            rows.SelectMany(row => row.Each.Select(_ => (row.Cell.Layer, row.Cell.Index))),
            rows.SelectMany(row => row.Each.Select(t => t.Stretch)));
        return new(Mean(change => change.Relative), Mean(change => change.Percentile));

        Estimate Mean(Func<RemovalChange, double> number) =>
            Estimate.MeanOfCells([.. rows.SelectMany(row => row.Each.Select(t => number(of(t))))], units);
    }

    /// <summary>
    /// Share of some cells that lose more without the last token than without the first or a random one.
    /// </summary>
    /// <param name="rows">The cells and poles.</param>
    public static Estimate LastCostsMost(IReadOnlyCollection<TokenRemovalRow> rows)
    {
        var cells = rows.GroupBy(row => (row.Cell.Layer, row.Cell.Index)).Select(cell => cell.ToArray()).ToArray();
        // A cell's answer is over all its triggers; the strongest stands for where they are.
        return Estimate.Share(
            [.. cells.Select(
                cell =>
                    Change(cell, row => row.Last) < Math.Min(Change(cell, row => row.First),
                        Change(cell, row => row.Random)))],
            Units.OfText(cells.Select(cell => cell[0].Each[0].Stretch)));

        static double Change(TokenRemovalRow[] poles, Func<TokenRemovalRow, RemovalChange> of) =>
            poles.Average(row => of(row).Relative);
    }
}

/// <summary>What to take out of what.</summary>
public sealed record TokenRemovalParameters
{
    /// <summary>
    /// Cells of a layer, each with both poles where it has two; all that fired where there are fewer.
    /// </summary>
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
    TokenRemovalParameters Parameters, IReadOnlyList<TokenRemovalLayer> Layers, IReadOnlyList<TokenRemovalRow> Rows,
    int OneToken);

/// <summary>
/// One layer: means over cells of each cell's mean over its triggers and poles. Intervals are over cells crossed with
/// stretches of text.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Cells">Cells counted.</param>
/// <param name="First">Without the first token.</param>
/// <param name="Last">Without the last.</param>
/// <param name="Random">Without a random one.</param>
/// <param name="LastCostsMost">Share of the cells that lose more without the last token than without the first or a
/// random one.</param>
public sealed record TokenRemovalLayer(
    int Layer, int Cells, RemovalEffect First, RemovalEffect Last, RemovalEffect Random, Estimate LastCostsMost);

/// <summary>The effect over a layer's cells.</summary>
/// <param name="Relative">Mean of (m′ − m)/m: 0 nothing, −1 all of the coefficient, below −1 its sign turns.</param>
/// <param name="Percentile">Mean change of the percentile among the cell's own coefficients, in shares: −0.3 is down by
/// 30 points.</param>
public readonly record struct RemovalEffect(Estimate Relative, Estimate Percentile);

/// <summary>One cell and pole: means over its triggers.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Triggers">Triggers of two tokens or more.</param>
/// <param name="First">Without the first token.</param>
/// <param name="Last">Without the last.</param>
/// <param name="Random">Without a random one.</param>
public sealed record TokenRemovalRow(CellId Cell, int Triggers, RemovalChange First, RemovalChange Last,
    RemovalChange Random)
{
    /// <summary>Every trigger of them, strongest first.</summary>
    public IReadOnlyList<RemovedTrigger> Each { get; init; } = [];
}

/// <summary>One trigger of a cell and pole.</summary>
/// <param name="Stretch">Stretch of the text (<see cref="StudyText.Stretch(int)"/>) that it stands in.</param>
/// <param name="First">Without the first token.</param>
/// <param name="Last">Without the last.</param>
/// <param name="Random">Without a random one.</param>
public sealed record RemovedTrigger(int Stretch, RemovalChange First, RemovalChange Last, RemovalChange Random);

/// <summary>A change, of one trigger or the mean over several.</summary>
/// <param name="Relative">Of (m′ − m)/m.</param>
/// <param name="Percentile">Of the percentile, in shares.</param>
public readonly record struct RemovalChange(double Relative, double Percentile);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(TokenRemovalResult))]
internal sealed partial class TokenRemovalJson : JsonSerializerContext;
