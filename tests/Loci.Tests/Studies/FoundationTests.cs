using CsCheck;
using Loci.Models;
using Loci.Studies;
using Loci.Studies.Statistics;
using Loci.Tests.Models;

namespace Loci.Tests.Studies;

public class FoundationTests
{
    [Fact]
    public void Wilson_interval_matches_published_values()
    {
        // Newcombe 1998, table I: 81/263 and 0/20 at 95 %.
        var middle = Estimate.Share(81, 263);
        Assert.Equal((81.0 / 263, 263L), (middle.Value, middle.Count));
        Assert.Equal(0.2553, middle.Low, 4);
        Assert.Equal(0.3662, middle.High, 4);
        var none = Estimate.Share(0, 20);
        Assert.Equal(0, none.Low);
        Assert.Equal(0.1611, none.High, 4);
        Assert.Equal(0, Estimate.Share(0, 0).Count);
    }

    [Fact]
    public void A_draw_is_sorted_distinct_and_uniform()
    {
        int[] hits = new int[10];
        for (int seed = 0; seed < 4000; seed++)
        {
            int[] drawn = Sampling.Draw(10, 3, Sampling.Seed(7, seed));
            Assert.Equal(3, drawn.Distinct().Count());
            Assert.Equal(drawn.Order(), drawn);
            foreach (int i in drawn) hits[i]++;
        }
        Assert.All(hits, h => Assert.InRange(h, 1200 - 150, 1200 + 150));   // five standard deviations are 145
        Assert.Equal([0, 1, 2], Sampling.Draw(3, 9, 1));
    }

    [Fact]
    public void Prefixes_and_indices_are_two_names_of_one_place() => Gen.Int[1, 6].Array[1, 20].Sample(lengths =>
    {
        var text = StudyText.Of(lengths.Select((n, s) => Enumerable.Range(0, n).Select(i => 100 * s + i).ToArray()));
        Assert.Equal(lengths.Sum(), text.Prefixes);
        for (int i = 0; i < text.Prefixes; i++)
        {
            var prefix = text.At(i);
            Assert.Equal(i, text.IndexOf(prefix));
            Assert.Equal(text.Tokens[i], text.TokensOf(prefix)[^1]);
            Assert.Equal(prefix.Position + 1 < lengths[prefix.Sentence] ? text.Tokens[i + 1] : null, text.Next(prefix));
        }
    });

    [Fact]
    public void A_pass_shows_every_prefix_what_a_pass_of_its_own_would() => Gen.Int[0, 10_000].Sample(seed =>
    {
        var model = RandomModel.Create(seed);
        var random = new Random(seed);
        int most = Math.Min(6, model.Spec.Context - 1);
        var text = StudyText.Of(Enumerable.Range(0, 5).Select(_ =>
            Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => random.Next(2, model.Spec.Vocabulary))
            .ToArray()));
        Prefix[] prefixes = [.. Enumerable.Range(0, 12).Select(_ => text.At(random.Next(text.Prefixes)))];
        var together = Visited(model, text, prefixes, threads: 3);
        for (int p = 0; p < prefixes.Length; p++)
        {
            var alone = Visited(model, text, [prefixes[p]], threads: 1);
            foreach (var (key, values) in alone) Assert.Equal(values, together[key with { Prefix = p }]);
        }
    }, iter: 20);

    private static Dictionary<(TapPoint Point, int Layer, int Prefix), float[]> Visited(Model model, StudyText text,
        Prefix[] prefixes, int threads)
    {
        var seen = new Dictionary<(TapPoint, int, int), float[]>();
        PrefixPass.Run(model, text, prefixes, () => (point, layer, values, prefix) =>
        {
            lock (seen) seen.Add((point, layer, prefix), values.ToArray());
        }, new StudyOptions { Threads = threads }, "testing", logits: true);
        return seen;
    }
}
