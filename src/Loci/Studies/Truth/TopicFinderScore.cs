using Loci.Memory.Recall;
using Loci.Studies.Patterns;
using Loci.Studies.Statistics;

namespace Loci.Studies.Truth;

/// <summary>How well the labels of <see cref="TriggerPatterns"/>, which know the text alone, find the cells of a
/// topic.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Pole">The pole.</param>
/// <param name="Topical">Share of the cells that the truth calls topical: the precision of guessing.</param>
/// <param name="Precision">Share of the cells labelled with a topic that the truth calls topical.</param>
/// <param name="Recall">Share of the topical cells that are labelled with a topic.</param>
/// <param name="FalseAlarms">Share of the other cells that are labelled with a topic.</param>
public sealed record TopicFinderScore(int Layer, Pole Pole, Estimate Topical, Estimate Precision, Estimate Recall,
    Estimate FalseAlarms)
{
    /// <summary>
    /// Scores every layer and pole by what the known topic of a passage adds to the last token
    /// (<see cref="KnownTopics"/>): what
    /// the labels claim of the coefficient on random prefixes.
    /// </summary>
    /// <param name="found">What the study found.</param>
    /// <param name="known">What the known topic adds. A cell is topical from the study's own threshold.</param>
    public static IReadOnlyList<TopicFinderScore> Of(TriggerPatternResult found,
        IReadOnlyDictionary<CellId, double> known) =>
        Of(found.Cells.Where(cell => known.ContainsKey(cell.Cell)),
            cell => known[cell.Cell] >= found.Parameters.LeastTopic);

    /// <summary>
    /// Scores every layer and pole by the verdict on triggers: whether topics tell them from other prefixes with the
    /// same last word.
    /// That is another question than the labels ask, since the strongest triggers are few and rare.
    /// </summary>
    /// <param name="found">What the study found.</param>
    /// <param name="truth">What the truth says, in the same atlas.</param>
    /// <param name="level">Level of the verdict.</param>
    public static IReadOnlyList<TopicFinderScore> Of(TriggerPatternResult found, IReadOnlyList<GroundTruthLayer> truth,
        double level)
    {
        var topical = truth.SelectMany(layer => layer.Explained)
            .ToDictionary(cell => cell.Cell, cell => cell.Verdict(level) is ExplainedBy.Topic or ExplainedBy.Both);
        return Of(found.Cells.Where(cell => topical.ContainsKey(cell.Cell)), cell => topical[cell.Cell]);
    }

    private static IReadOnlyList<TopicFinderScore> Of(IEnumerable<PatternCell> cells, Func<PatternCell, bool> topical)
    {
        return [.. cells.GroupBy(cell => (cell.Cell.Layer, cell.Cell.Pole)).OrderBy(layer => layer.Key)
            .Select(layer => new TopicFinderScore(
            layer.Key.Layer, layer.Key.Pole, Share(layer, topical), Share(layer.Where(Labelled), topical),
            Share(layer.Where(topical), Labelled), Share(layer.Where(cell => !topical(cell)), Labelled)))];

        static bool Labelled(PatternCell cell) => cell.Label is PatternLabel.Semantic or PatternLabel.Both;

        static Estimate Share(IEnumerable<PatternCell> cells, Func<PatternCell, bool> which) =>
            Estimate.Share([.. cells.Select(which)], TriggerPatterns.Units(cells));
    }
}
