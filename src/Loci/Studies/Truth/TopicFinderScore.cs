using Loci.Memory.Recall;
using Loci.Studies.Patterns;
using Loci.Studies.Statistics;

namespace Loci.Studies.Truth;

/// <summary>
/// How well the labels of <see cref="TriggerPatterns"/>, which know the text alone, find the cells of which the truth says that a topic
/// tells their triggers from other prefixes with the same last word.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Pole">The pole.</param>
/// <param name="Topical">Share of the cells that both looked at of which the truth says so: the precision of guessing.</param>
/// <param name="Precision">Share of the cells labelled with a topic of which the truth says so.</param>
/// <param name="Recall">Share of the cells of which the truth says so that are labelled with a topic.</param>
/// <param name="FalseAlarms">Share of the other cells that are labelled with a topic.</param>
public sealed record TopicFinderScore(int Layer, Pole Pole, Estimate Topical, Estimate Precision, Estimate Recall, Estimate FalseAlarms)
{
    /// <summary>Scores every layer and pole.</summary>
    /// <param name="truth">What the truth says.</param>
    /// <param name="found">What the study found, in the same atlas.</param>
    /// <param name="level">Level of the truth's verdict.</param>
    public static IReadOnlyList<TopicFinderScore> Of(IReadOnlyList<GroundTruthLayer> truth, TriggerPatternResult found, double level)
    {
        var labels = found.Cells.ToDictionary(cell => cell.Cell);
        return [.. truth.Select(layer =>
        {
            (bool True, bool Said, int Stretch)[] cells =
            [
                .. from explained in layer.Explained
                   where labels.ContainsKey(explained.Cell)
                   let label = labels[explained.Cell]
                   select (
                       explained.Verdict(level) is ExplainedBy.Topic or ExplainedBy.Both,
                       label.Label is PatternLabel.Semantic or PatternLabel.Both, label.Stretch),
            ];
            return new TopicFinderScore(
                layer.Layer, layer.Pole, Share(cells, cell => cell.True), Share(cells.Where(cell => cell.Said), cell => cell.True),
                Share(cells.Where(cell => cell.True), cell => cell.Said), Share(cells.Where(cell => !cell.True), cell => cell.Said));
        })];

        static Estimate Share(IEnumerable<(bool True, bool Said, int Stretch)> cells, Func<(bool True, bool Said, int Stretch), bool> which) =>
            Estimate.Share([.. cells.Select(which)], Units.OfText(cells.Select(cell => cell.Stretch)));
    }
}
