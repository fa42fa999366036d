using Loci.Atlas;
using Loci.Atlas.Agreement;
using Loci.Memory.Recall;

namespace Loci.Tests.Atlas;

public class AtlasAgreementTests
{
    [Theory, InlineData(true, 5), InlineData(false, 60)]
    public void Agreement_follows_from_triggers_and_values(bool gated, int top)
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(6, cells: 30, gated: gated, top: top, sentences: 120).Build();
        AtlasWriter.Write(source, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        var layers = atlas.Agreement();
        Assert.Equal(2 * 2 * (gated ? 2 : 1), layers.Count);
        foreach (var layer in layers) CheckLayer(atlas, source, layer);
    }

    private static void CheckLayer(AtlasFile atlas, SyntheticAtlas.Source source, LayerAgreement layer)
    {
        double total = source.VocabularyList.Sum(token => token.NextCount);
        var predicted = new List<int>();
        var next = new List<int>();
        int copying = 0, fired = 0;
        var precision = new List<double>();
        double frequency = 0;
        foreach (var cell in source.CellList.Where(cell => cell.Layer == layer.Layer))
        {
            var id = new CellId(cell.Layer, cell.Index, layer.Pole);
            var triggers = cell.Triggers(layer.Pole);
            var stored = atlas.Agreement(id).SingleOrDefault(each => each.Readout == layer.Readout);
            Assert.Equal(triggers.Count == 0, stored is null);
            if (stored is null) continue;
            int token = cell.Value.At(layer.Readout).At(layer.Pole).Tokens[0].Id;
            int?[] nexts = [.. triggers.Select(at => source.SentenceList[at.Sentence].NextToken(at.Position))];
            fired++;
            bool copies = source.SentenceList[triggers[0].Sentence].Tokens[triggers[0].Position] == token;
            if (copies) copying++;
            if (nexts[0] is { } first)
            {
                predicted.Add(token);
                next.Add(first);
                frequency += source.VocabularyList[token].NextCount / total;
            }
            int counted = nexts.Take(50).Count(each => each is not null), agreeing = nexts.Take(50)
                .Count(each => each == token);
            if (nexts.Any(each => each is not null))
                precision.Add(nexts.Count(each => each == token) / (double)nexts.Count(each => each is not null));
            Assert.Equal(
                (id, token, copies, agreeing, counted),
                (stored.Cell, stored.Token, stored.Copy, stored.Agreeing, stored.Counted));
            Assert.Equal(nexts[0] is null ? null : nexts[0] == token, stored.Next);
            Assert.Equal(
                counted == 0
                    ? 1
                    : BinomialTail.Upper(agreeing, counted, source.VocabularyList[token].NextCount / total),
                stored.P, 1e-15);
            Assert.InRange(stored.Q, stored.P, 1);
        }
        var chance = new PermutationNull(predicted.ToArray(), next.ToArray());
        int observed = predicted.Zip(next).Count(pair => pair.First == pair.Second);
        Assert.Equal(
            (predicted.Count, observed, chance.Mean, chance.Variance),
            (layer.Next.Cells, layer.Next.Agreeing, layer.Next.Expected, layer.Next.Variance));
        Assert.Equal(chance.Z(observed), layer.Next.Z);
        Assert.Equal(chance.MidP(observed), layer.Next.P);
        Assert.Equal(frequency / predicted.Count, layer.Next.Frequency!.Value, 1e-12);
        Assert.Equal((fired, copying), (layer.Copy.Cells, layer.Copy.Agreeing));
        Assert.Null(layer.Copy.Frequency);
        Assert.Equal(precision.Count, layer.Precision.Cells);
        Assert.Equal(precision.Average(), layer.Precision.Mean, 1e-12);
        Assert.Equal(atlas.Manifest.Top >= 50, layer.Precision.Mean50 is not null);
    }

    [Fact]
    public void A_value_that_says_what_follows_its_key_is_found_significant()
    {
        using var folder = new TemporaryFolder();
        var synthetic = new SyntheticAtlas(6, cells: 30, gated: false, top: 50, sentences: 300);
        var source = synthetic.Build();
        const int Index = 4;
        var cell = source.CellList[Index];
        Trigger[] asking = [
            .. source.SentenceList.Values.SelectMany(sentence => Enumerable.Range(0, sentence.Tokens.Count)
            .Where(at => sentence.NextToken(at) == 5).Select(at => new Trigger(1, sentence.Id, at))).Take(20)];
        var end = new ValueEnd([new(5, 9)], 1, 9);
        var spoken = cell with { Positive = asking, Value = new(1, new(end, end), new(end, end)) };
        var changed = new SyntheticAtlas.Source
        {
            Manifest = source.Manifest, VocabularyList = source.VocabularyList, SentenceList = source.SentenceList,
            CellList = [.. source.CellList.Select((each, i) => i == Index ? spoken : each)],
        };
        AtlasWriter.Write(changed, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        var found = atlas.Agreement(new(0, Index))[0];
        Assert.Equal((true, 20, 20), (found.Next, found.Agreeing, found.Counted));
        Assert.InRange(found.Q, 0, 1e-10);
        Assert.InRange(atlas.Agreement()[0].Precision.Significant, 1, 3);
    }
}
