using Loci.Studies.Patterns;
using Loci.Studies.Statistics;
using Loci.Worlds;

namespace Loci.Studies.Truth;

/// <summary>
/// What the known topic of a passage explains of cells' coefficients beyond the last token: the truth that the topics
/// of <see cref="TriggerPatterns"/> are judged by, who know the text alone.
/// </summary>
public static class KnownTopics
{
    /// <summary>
    /// For every cell of a study the share of the variance of its coefficient, on the study's random prefixes of the
    /// tested half, that the topic of the passage adds to the last token and the position. Each topic's mean residual
    /// on the fitted half is what it predicts there.
    /// </summary>
    /// <param name="source">What the study read; its sentences are those of the text, in order.</param>
    /// <param name="sentences">The text.</param>
    /// <param name="found">The study.</param>
    /// <param name="options">The study's options, the seed above all.</param>
    public static IReadOnlyDictionary<CellId, double> Added(
        StudySource source, IReadOnlyList<LabelledSentence> sentences, TriggerPatternResult found, StudyOptions options)
    {
        var text = source.Text;
        var halves = new TextHalves(text, Sampling.Seed(options.Seed, TriggerPatterns.Halves));
        string[] topics = [.. sentences.Select(sentence => sentence.Topic).Distinct()];
        var cells = StudyCell.Of(source.Atlas, [.. found.Cells.Select(cell => cell.Cell)], 1);
        var fitted = Draw(tested: false, TriggerPatterns.FittedPrefixes);
        var tested = Draw(tested: true, TriggerPatterns.TestedPrefixes);
        Dictionary<CellId, double> added = [];
        for (int c = 0; c < cells.Count; c++)
        {
            double[] residual = fitted.Beyond.Residual(fitted.Of(cells[c], c)), means = new double[topics.Length],
                counts = new double[topics.Length];
            for (int i = 0; i < residual.Length; i++)
            {
                means[fitted.Topic[i]] += residual[i];
                counts[fitted.Topic[i]]++;
            }
            double[] predicted = tested.Beyond.Residual(
                [.. tested.Topic.Select(topic => counts[topic] == 0 ? 0 : means[topic] / counts[topic])]);
            added.Add(
                cells[c].Id, tested.Beyond.Added(tested.Of(cells[c], c), new double[predicted.Length],
                    predicted).Topic);
        }
        return added;

        Half Draw(bool tested, string stream)
        {
            var prefixes = halves.Draw(tested, found.Parameters.Background, Sampling.Seed(options.Seed, stream));
            return new(
                TriggerPatterns.Coefficients(source.Model, text, cells, prefixes, options),
                new BeyondLastToken(text, prefixes),
                [.. prefixes.Select(prefix => Array.IndexOf(topics, sentences[(int)text.Id(prefix.Sentence)].Topic))]);
        }
    }

    /// <summary>The random prefixes of one half.</summary>
    /// <param name="Coefficients">Of the cells after them. [cells, prefixes]</param>
    /// <param name="Beyond">The prefixes.</param>
    /// <param name="Topic">The topic of each, as a number. [prefixes]</param>
    private sealed record Half(float[] Coefficients, BeyondLastToken Beyond, int[] Topic)
    {
        public double[] Of(StudyCell cell, int number) =>
            HeldOutTest.AtPole(cell.Id.Pole, Coefficients.AsSpan(number * Topic.Length, Topic.Length));
    }
}
