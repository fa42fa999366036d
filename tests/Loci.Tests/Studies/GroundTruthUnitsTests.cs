using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies.Truth;
using Loci.Text;
using Loci.Worlds;

namespace Loci.Tests.Studies;

/// <summary>Of what was written in one piece the strongest trigger alone counts.</summary>
public class GroundTruthUnitsTests
{
    [Fact]
    public void Triggers_of_one_unit_count_once()
    {
        using var folder = new TemporaryFolder();
        LabelledSentence[] text =
        [
            .. ConstructedLanguage.Sentences(1).Take(2000)
                .Select((sentence, i) => new LabelledSentence(sentence, $"topic {i % 3}", $"unit {i % 12}")),
        ];
        File.WriteAllLines(folder["t.txt"], text.Select(sentence => sentence.Text));
        new AtlasBuilder(
            Model.Open(Model.ConstructedName), Corpus.Open([folder["t.txt"]]), new() { Unit = SentenceUnit.Line },
            new()).Build(folder["t.atlas"]);
        using var atlas = AtlasFile.Open(folder["t.atlas"]);
        var apart = GroundTruth.Measure(atlas, text, new(99)).SelectMany(layer => layer.Explained).ToArray();
        var alone = GroundTruth.Measure(atlas, text.Select(sentence => sentence with { Unit = null }), new(99))
            .SelectMany(layer => layer.Explained).ToArray();
        Assert.NotEmpty(apart);
        Assert.All(apart, cell => Assert.InRange(cell.Triggers, 10, 12));
        Assert.Contains(alone, cell => cell.Triggers > 12);
    }
}
