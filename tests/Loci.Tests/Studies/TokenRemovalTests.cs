using CsCheck;
using Loci.Memory.Recall;
using Loci.Models.Constructed;
using Loci.Studies.Removal;
using Loci.Studies.Statistics;

namespace Loci.Tests.Studies;

public class TokenRemovalTests
{
    [Fact]
    public void A_set_phrase_dies_with_its_last_word_and_a_topic_does_not()
    {
        using var atlas = AtlasOfSentences.Constructed(500);
        var result = TokenRemoval.Run(atlas.Source, new() { KeysPerLayer = int.MaxValue }, new());
        foreach (var row in result.Rows)
        {
            var cell = ConstructedModel.Instance.Cells.Single(c => c.Cell == row.Cell);
            if (cell.Kind == PatternKind.Suffix)
            {
                Assert.Equal(-1, row.Last.Relative, 1e-9);      // a ReLU cell is silent, exactly
                Assert.True(row.Last.Percentile < -0.4);
            }
            else
            {
                Assert.InRange(row.Last.Relative, -0.95, -0.01);
            }
        }
        Assert.Equal(-1, result.Layers[0].Last.Relative.Value, 1e-9);
        Assert.Equal(1, result.Layers[0].LastCostsMost.Value);
    }

    [Fact]
    public void Changes_are_those_of_what_is_left_run_alone() => Gen.Int[0, 100_000].Sample(seed =>
    {
        using var atlas = AtlasOfSentences.Random(seed);
        var (model, text) = (atlas.Source.Model, atlas.Source.Text);
        var result = TokenRemoval.Run(
            atlas.Source, new() { KeysPerLayer = int.MaxValue, Triggers = 4 }, new() { Seed = seed, Threads = 2 });
        var triggers = atlas.Triggers().GroupBy(t => t.Cell)
            .ToDictionary(t => t.Key, t => t.Take(4).Select(x => x.Trigger).ToArray());
        Assert.Equal(triggers.Values.Sum(list => list.Count(t => t.Position == 0)), result.OneToken);
        foreach (var row in result.Rows.Take(20))
        {
            var long_ = triggers[row.Cell].Where(t => t.Position > 0).ToArray();
            Assert.Equal(long_.Length, row.Triggers);
            Assert.Equal(long_.Average(t => Change(t, 0)), row.First.Relative, 1e-9);
            Assert.Equal(long_.Average(t => Change(t, t.Position)), row.Last.Relative, 1e-9);
            Assert.InRange(
                row.Random.Relative,
                long_.Average(t => Enumerable.Range(0, t.Position + 1).Min(p => Change(t, p))) - 1e-9,
                long_.Average(t => Enumerable.Range(0, t.Position + 1).Max(p => Change(t, p))) + 1e-9);

            double Change(Trigger t, int removed)
            {
                int[] tokens = text.TokensOf(text.Find(t.Sentence, t.Position)).ToArray();
                int[] left = [.. tokens[..removed], .. tokens[(removed + 1)..]];
                return AtlasOfSentences.Alone(model, left, row.Cell) / (double)t.Coefficient - 1;
            }
        }
    }, iter: 12, threads: 1);

    [Fact]
    public void A_percentile_is_the_share_of_weaker_prefixes_up_to_the_width_of_a_bin() =>
        Gen.Int[0, 100_000].Sample(seed =>
    {
        using var atlas = AtlasOfSentences.Random(seed);
        var (model, text) = (atlas.Source.Model, atlas.Source.Text);
        var cell = atlas.Source.Atlas.Cells.First();
        float[] all = [.. Enumerable.Range(0, text.Prefixes).Where(i => i % 7 == 0).Select(text.At)
            .Select(prefix => AtlasOfSentences.Alone(model, text.TokensOf(prefix), new(cell.Layer, cell.Index)))];
        var order = all.Order().ToArray();
        double before = -1;
        foreach (float m in order)
        {
            double share = CoefficientPercentile.Of(cell, m, Pole.Positive);
            Assert.InRange(share, Math.Max(0, before), 1);                      // rises with the coefficient
            int bin = CoefficientBins.Of(m);
            Assert.InRange(
                share, cell.Histogram.Take(bin).Sum() / (double)text.Prefixes,
                cell.Histogram.Take(bin + 1).Sum() / (double)text.Prefixes);
            Assert.Equal(1 - share, CoefficientPercentile.Of(cell, m, Pole.Negative), 1e-12);
            before = share - 1e-12;
        }
        if (cell.Statistics.Max > 0)
            Assert.Equal(1, CoefficientPercentile.Of(cell, cell.Statistics.Max, Pole.Positive), 1e-12);
        if (cell.Statistics.Min < 0)
            Assert.Equal(1, CoefficientPercentile.Of(cell, cell.Statistics.Min, Pole.Negative), 1e-12);
    }, iter: 8, threads: 1);

    [Fact]
    public void The_seed_alone_decides()
    {
        using var atlas = AtlasOfSentences.Constructed(200);
        var one = TokenRemoval.Run(atlas.Source, new() { KeysPerLayer = 8 }, new() { Seed = 4, Threads = 1 });
        var three = TokenRemoval.Run(atlas.Source, new() { KeysPerLayer = 8 }, new() { Seed = 4, Threads = 3 });
        Assert.Equivalent(one.Rows, three.Rows, strict: true);
        Assert.Equal(one.Layers, three.Layers);
    }
}
