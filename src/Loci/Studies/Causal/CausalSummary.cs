using Loci.Studies.Statistics;

namespace Loci.Studies.Causal;

/// <summary>
/// Answers into effects: means over each cell's prefixes, then over cells. The intervals are over cells crossed with
/// the stretches of text that the prefixes stand in.
/// </summary>
/// <param name="trials">The trials.</param>
/// <param name="stretches">Stretch of every prefix that trials name.</param>
/// <param name="direct">Answers with norms held. [trials · variants]</param>
/// <param name="total">Answers of the model run again. [trials · variants]</param>
/// <param name="layers">Layers of the model.</param>
internal sealed class CausalSummary(
    IReadOnlyList<CausalTrial> trials, int[] stretches, Outcome[] direct, Outcome[] total, int layers)
{
    /// <summary>Every row of the result.</summary>
    public (List<CausalEffect> Effects, List<CausalBase> Bases, List<CausalCell> Cells) Rows()
    {
        List<CausalEffect> effects = [];
        List<CausalBase> bases = [];
        foreach (int? layer in (int?[])[.. Enumerable.Range(0, layers), null])
            foreach (var place in Enum.GetValues<CausalPlace>())
            {
                int[][] cells = Clusters(layer, place);
                bases.Add(new(
                    layer, place, Compare(cells, (t, matched) => (matched ? trials[t].Matched : trials[t].Own).Size),
                    Share(cells, t => trials[t].Intact.Probability),
                    Share(cells, t => trials[t].Intact.Best == trials[t].Token ? 1 : 0),
                    Mean(cells, t => trials[t].Intact.Loss)));
                foreach (var ablation in Enum.GetValues<Ablation>())
                    foreach (var path in Enum.GetValues<CausalPath>())
                        effects.Add(Effect(layer, place, ablation, path, cells));
            }
        return (effects, bases, Cells());
    }

    // The trials of every cell; the poles of a gated cell are one cell.
    private int[][] Clusters(int? layer, CausalPlace place) =>
    [
        .. Enumerable.Range(0, trials.Count)
            .Where(t => trials[t].Place == place && (layer is null || trials[t].Layer == layer))
            .GroupBy(t => (trials[t].Layer, trials[t].Own.Index))
            .Select(cell => cell.ToArray()),
    ];

    private CausalEffect Effect(int? layer, CausalPlace place, Ablation ablation, CausalPath path, int[][] cells)
    {
        double Logit(int t, bool matched) => trials[t].Intact.Logit - (double)Answer(t, path, matched, ablation).Logit;
        double[] stronger = Means(cells, t => Logit(t, false) - Logit(t, true));
        return new(
            layer, place, ablation, path,
            Compare(cells, Logit),
            Compare(cells, (t, matched) =>
                trials[t].Intact.Probability - Answer(t, path, matched, ablation).Probability),
            Compare(cells, (t, matched) => Answer(t, path, matched, ablation).Loss - trials[t].Intact.Loss),
            CompareShares(
                cells, (t, matched) => Answer(t, path, matched, ablation).Best == trials[t].Intact.Best ? 0 : 1),
            // A cell's answer is over all its prefixes; the strongest stands for where they are.
            Estimate.Share([.. stronger.Select(d => d > 0)], place == CausalPlace.Triggers
                ? Units.OfText(cells.Select(cell => stretches[trials[cell[0]].Prefix])) : Units.OfCells(
                    Enumerable.Range(0, stronger.Length))));
    }

    private List<CausalCell> Cells() =>
    [
        .. from t in Enumerable.Range(0, trials.Count)
           where trials[t].Place == CausalPlace.Triggers
           group t by trials[t].Cell.Id into cell
           let all = cell.ToArray()
           select new CausalCell(
               cell.Key, trials[all[0]].Token, all.Length,
               Logits(all, CausalPath.Direct, false), Logits(all, CausalPath.Total, false),
               Logits(all, CausalPath.Direct, true), Logits(all, CausalPath.Total, true), Losses(all, false),
               Losses(all, true)),
    ];

    private double Logits(int[] cell, CausalPath path, bool matched) =>
        cell.Average(t => trials[t].Intact.Logit - (double)Answer(t, path, matched, Ablation.Zero).Logit);

    private double Losses(int[] cell, bool matched) =>
        Means([cell], t =>
            Answer(t, CausalPath.Total, matched, Ablation.Zero).Loss - trials[t].Intact.Loss) is [var mean]
            ? mean
            : double.NaN;

    private Outcome Answer(int t, CausalPath path, bool matched, Ablation ablation) =>
        (path == CausalPath.Direct ? direct : total)[t * Variant.All.Length + Variant.IndexOf(matched, ablation)];

    private CausalComparison Compare(int[][] cells, Func<int, bool, double> value) => new(
        Mean(cells, t => value(t, false)), Mean(cells, t => value(t, true)),
        Mean(cells, t => value(t, false) - value(t, true)));

    private CausalComparison CompareShares(int[][] cells, Func<int, bool, double> value) => new(
        Share(cells, t => value(t, false)), Share(cells, t => value(t, true)),
        Mean(cells, t => value(t, false) - value(t, true)));

    private Estimate Mean(int[][] cells, Func<int, double> value)
    {
        var (values, units) = Observed(cells, value);
        return Estimate.MeanOfCells(values, units);
    }

    private Estimate Share(int[][] cells, Func<int, double> value)
    {
        var (values, units) = Observed(cells, value);
        return Estimate.ShareOfCells(values, units);
    }

    private (double[] Values, Units Units) Observed(int[][] cells, Func<int, double> value)
    {
        List<double> values = [];
        List<int> ofCell = [], inStretch = [];
        for (int c = 0; c < cells.Length; c++)
            foreach (int t in cells[c])
                if (value(t) is var v && !double.IsNaN(v))
                {
                    values.Add(v);
                    ofCell.Add(c);
                    inStretch.Add(stretches[trials[t].Prefix]);
                }
        return ([.. values], Units.Crossed(ofCell, inStretch));
    }

    // Prefixes without a next token have no loss (NaN) and do not count; nor does a cell that has only such.
    private static double[] Means(int[][] cells, Func<int, double> value) =>
    [
        .. from cell in cells
           let values = cell.Select(value).Where(v => !double.IsNaN(v)).ToArray()
           where values.Length > 0
           select values.Average(),
    ];
}
