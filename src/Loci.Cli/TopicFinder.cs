using Loci.Atlas;
using Loci.Models;
using Loci.Studies;
using Loci.Studies.Patterns;
using Loci.Studies.Truth;
using Loci.Text;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli;

/// <summary>Runs the report's pattern study over a text of known topics and scores the topics it finds.</summary>
internal static class TopicFinder
{
    /// <summary>Scores by what topics add to coefficients, and by what they tell of triggers.</summary>
    public static (IReadOnlyList<TopicFinderScore> ByCoefficient, IReadOnlyList<TopicFinderScore> ByTriggers) Score(
        Model model, AtlasFile atlas, IReadOnlyList<LabelledSentence> text, IReadOnlyList<GroundTruthLayer> truth,
        StudyOptions options)
    {
        // The atlas holds the sentences that fire cells; the study reads all of them, as the atlas did.
        var folder = Directory.CreateTempSubdirectory("loci-truth-");
        try
        {
            string path = Path.Combine(folder.FullName, "text.txt");
            File.WriteAllLines(path, text.Select(sentence => sentence.Text));
            var source = StudySource.Open(model, atlas, Corpus.Open([path]), options);
            var found = TriggerPatterns.Run(source, new(), options);
            return (
                TopicFinderScore.Of(found, KnownTopics.Added(source, text, found, options)),
                TopicFinderScore.Of(found, truth, WorldTour.Level));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
