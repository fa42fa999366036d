using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies.Removal;

namespace Loci.Tests.Studies;

/// <summary>
/// What the key-value paper's published code gets wrong about triggers, and the studies of triggers do not.
/// </summary>
public class KnownTrapsTests
{
    [Fact]
    public void Every_prefix_of_a_sentence_counts_whole_sentences_too_and_short_lists_stay_short()
    {
        using var atlas = new AtlasOfSentences(
            Model.Open(Model.ConstructedName), ConstructedLanguage.Sentences(1).Take(60), top: 500);
        var text = atlas.Source.Text;
        var rows = MinimalTrigger.Run(atlas.Source, new() { KeysPerLayer = int.MaxValue, Triggers = 500 }, new()).Rows;

        Assert.True(rows.Select(row => (row.Cell, (long)row.Sentence, row.Position)).ToHashSet()
            .SetEquals(atlas.Triggers().Select(t => (t.Cell, t.Trigger.Sentence, t.Trigger.Position))));
        Assert.Contains(rows.GroupBy(row => (row.Cell, row.Sentence)), same => same.Count() > 1);
        Assert.Contains(rows, row => row.Position + 1 == text[row.Sentence].Length);
        Assert.All(rows.GroupBy(row => row.Cell), cell => Assert.InRange(cell.Count(), 1, 499));
        Assert.All(rows, row => Assert.True(row.Coefficient > 0));

        var removal = TokenRemoval.Run(atlas.Source, new() { KeysPerLayer = int.MaxValue, Triggers = 500 }, new());
        Assert.Equal(rows.Count, removal.Rows.Sum(row => row.Triggers) + removal.OneToken);
    }
}
