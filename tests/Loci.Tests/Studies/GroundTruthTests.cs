using System.Text;
using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Studies.Truth;
using Loci.Tests.Atlas;
using Loci.Worlds;

namespace Loci.Tests.Studies;

/// <summary>
/// A text in which topics and suffixes are independent but for one topic with words of its own, and trigger sets that
/// are made from one of them, from both, or from neither.
/// </summary>
public class GroundTruthTests
{
    private const int PerKind = 24, Triggers = 50;
    private static readonly string[] s_topics = ["sea", "kitchen", "weather", "own"];
    private static readonly List<WorldSentence> s_truth = Sentences();
    private static readonly (int Sentence, int Word, string[] Words, string Topic)[] s_prefixes =
    [
        .. s_truth.SelectMany((sentence, id) =>
            WorldText.Words(sentence.Text)
                .Select((_, at) => (id, at, WorldText.Words(sentence.Text).ToArray(), sentence.Topic))),
    ];

    // Words of 60 that all topics share, a phrase now and then; the topic «own» has words that no other has.
    private static List<WorldSentence> Sentences()
    {
        var draws = new Draws(11);
        return [.. Enumerable.Range(0, 1500).Select(i =>
        {
            string topic = s_topics[i % 4];
            var words = new List<string>();
            while (words.Count < 12)
                if (topic != "own" && draws.Chance(0.1)) words.AddRange(["end", "of", "day"]);
                else words.Add($"{(topic == "own" ? "o" : "w")}{draws.Below(60)}");
            return new WorldSentence($"{string.Join(' ', words)}.", topic, "t", []);
        })];
    }

    private static int[] Draw(
        GroundTruthCorpus corpus, int seed, Func<(int Sentence, int Word, string[] Words, string Topic), bool> from)
    {
        var draws = new Draws((ulong)seed);
        return
        [
            .. draws.Shuffled(s_prefixes.Where(from)).Take(Triggers).Select(at => corpus.Prefix(at.Sentence, at.Word)),
        ];
    }

    private static bool Phrase((int Sentence, int Word, string[] Words, string Topic) at) =>
        at.Word >= 2 && at.Words[at.Word] == "day" && at.Words[at.Word - 1] == "of";

    public static TheoryData<string> Kinds => ["Suffix", "Topic", "Both", "Inseparable", "Nothing"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Trigger_sets_made_from_one_thing_are_explained_by_it(string made)
    {
        var kind = Enum.Parse<ExplainedBy>(made);
        var corpus = new GroundTruthCorpus(s_truth);
        var explained = Enumerable.Range(0, PerKind).Select(i => TriggerExplanation.Of(
            new(0, i), Draw(corpus, 100 + i, kind switch
            {
                ExplainedBy.Suffix => Phrase,
                ExplainedBy.Topic => at => at.Topic == "sea",
                // A word, in one topic: the topic is more than the word, and the word more than the topic.
                ExplainedBy.Both => at => at.Topic == "sea" && at.Words[at.Word] is "w1" or "w2" or "w3",
                ExplainedBy.Inseparable => at => at.Topic == "own",
                _ => _ => true,
            }), corpus, new())).ToList();

        // A test succeeds by chance once in twenty: of 24 sets a few may be taken for another kind, never most.
        int right = explained.Count(one => one.Verdict(0.05) == kind);
        Assert.True(
            right >= PerKind - 6,
            $"{right} of {PerKind}: {string.Join(", ", explained.Select(one => one.Verdict(0.05)))}");
        Assert.All(explained, one =>
        {
            Assert.Equal(Triggers, one.Triggers);
            Assert.Equal(
                kind is ExplainedBy.Topic or ExplainedBy.Both or ExplainedBy.Inseparable, one.TopicPurity == 1);
            Assert.Equal(kind is ExplainedBy.Suffix, one.SuffixPurity[1] == 1);
            Assert.Equal(one.SuffixPurity.OrderDescending(), one.SuffixPurity);
        });
    }

    [Fact]
    public void Information_of_known_tables()
    {
        var draws = new Draws(5);
        ulong[] perfect = [.. Enumerable.Repeat(1UL, 20), .. Enumerable.Repeat(2UL, 20)];
        var test = ShuffleTest.Run([perfect], 199, draws);
        Assert.Equal(1, test.Information, 12);
        Assert.Equal(1.0 / 200, test.P, 12);
        Assert.InRange(test.ByChance, 0, 0.1);

        var none = ShuffleTest.Run([[.. Enumerable.Repeat(1UL, 40)]], 199, draws);
        Assert.Equal((0.0, 0.0, 0.0, 1.0), (none.Information, none.ByChance, none.Percentile95, none.P));

        // Labels that never come twice tell all, and so do they shuffled: no evidence.
        var unique = ShuffleTest.Run([[.. Enumerable.Range(0, 40).Select(i => (ulong)i)]], 199, draws);
        Assert.Equal((1.0, 1.0, 1.0), (unique.Information, unique.ByChance, unique.P));

        // Three of four members and one of four others have the label: 1 − H(1/4) bits, from the table by hand.
        ulong[] quarter = [1, 1, 1, 2, 1, 2, 2, 2];
        Assert.Equal(
            1 + 0.75 * Math.Log2(0.75) + 0.25 * Math.Log2(0.25), ShuffleTest.Run([quarter], 99, draws).Information, 12);
    }

    [Fact]
    public void Under_the_null_p_is_uniform()
    {
        var draws = new Draws(9);
        double[] p =
        [
            .. Enumerable.Range(0, 400).Select(
                _ => ShuffleTest.Run([[.. Enumerable.Range(0, 60).Select(_ => (ulong)draws.Below(5))]], 99, draws).P),
        ];
        // 400 draws: the standard deviation of a share of 0.05 is 0.011, of a half 0.025; four of them.
        Assert.InRange(p.Count(value => value <= 0.05) / 400.0, 0.006, 0.094);
        Assert.InRange(p.Count(value => value <= 0.5) / 400.0, 0.4, 0.6);
    }

    [Fact]
    public void An_atlas_is_measured_by_layer_with_any_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        using var atlas = Store(folder["a.atlas"], s_truth, "line");
        var layers = GroundTruth.Measure(atlas, s_truth);
        Assert.Equal([(0, 4), (1, 4)], layers.Select(layer => (layer.Layer, layer.Cells)));
        // the last has no triggers
        Assert.Equal(["L0/0", "L0/1", "L0/2"], layers[0].Explained.Select(cell => $"{cell.Cell}"));
        Assert.Equal(ExplainedBy.Suffix, layers[0].Explained[0].Verdict(0.05));
        Assert.Equal(ExplainedBy.Topic, layers[1].Explained[1].Verdict(0.05));
        Assert.Equal(1 / 3.0, layers[0].Share(ExplainedBy.Suffix, 0.01), 12);
        Assert.Equal(layers[0].Explained.Average(cell => cell.TopicPurity), layers[0].Mean(cell => cell.TopicPurity));

        string Numbers(IReadOnlyList<GroundTruthLayer> measured) =>
            string.Join('\n', measured.SelectMany(layer => layer.Explained)
            .Select(cell =>
                $"{cell with { SuffixPurity = [] }} {string.Join(' ', cell.SuffixPurity)}".Replace(
                    "System.Double[]", "", StringComparison.Ordinal)));
        Assert.Equal(Numbers(layers), Numbers(GroundTruth.Measure(atlas, s_truth, compute: new(4))));
    }

    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 8)]
    public void Progress_counts_every_cell_once_also_where_it_has_two_poles(bool gated, int cells)
    {
        using var folder = new TemporaryFolder();
        using var atlas = Store(folder["a.atlas"], s_truth, "line", gated);
        List<long> read = [];
        var layers = GroundTruth.Measure(
            atlas, s_truth, new(99), progress: new ImmediateProgress<long>(read.Add));
        Assert.Equal(cells, atlas.Manifest.Spec.Cells);
        Assert.Equal(cells, read[^1]);
        Assert.Equal(gated ? 4 : 2, layers.Count);
    }

    [Fact]
    public void Another_text_and_another_unit_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var atlas = Store(folder["a.atlas"], s_truth, "line");
        using var bySentence = Store(folder["b.atlas"], s_truth, "sentence");
        Assert.Contains(
            "--unit line", Assert.Throws<LociException>(() => GroundTruth.Measure(bySentence, s_truth)).Message);
        Assert.Contains(
            "1,499", Assert.Throws<LociException>(() => GroundTruth.Measure(atlas, s_truth.Take(1499))).Message);
        var other = s_truth.Select(sentence => sentence with { Text = "w" + sentence.Text }).ToList();
        Assert.Contains(
            "does not say there", Assert.Throws<LociException>(() => GroundTruth.Measure(atlas, other)).Message);
    }

    // Three cells a layer: of the phrase, of a topic, of anything; and a dead one.
    private static AtlasFile Store(string path, List<WorldSentence> truth, string unit, bool gated = false)
    {
        string[] vocabulary = [.. truth.SelectMany(sentence => WorldText.Words(sentence.Text)).Distinct()];
        var ids = vocabulary.Select((word, id) => (word, id)).ToDictionary(pair => pair.word, pair => pair.id);
        Func<(int Sentence, int Word, string[] Words, string Topic), bool>[] kinds =
        [
            Phrase, at => at.Topic == "sea", _ => true,
        ];
        var cells = from layer in Enumerable.Range(0, 2)
                    from cell in Enumerable.Range(0, 4)
                    select (layer, cell, cell == 3
                        ? Array.Empty<Trigger>()
                        : new Draws((ulong)(layer * 10 + cell)).Shuffled(s_prefixes.Where(kinds[cell])).Take(Triggers)
                        .OrderBy(at => at.Sentence).ThenBy(at => at.Word)
                            .Select(at => new Trigger(1, at.Sentence, at.Word)).ToArray());
        var model = new SyntheticAtlas(1, gated: gated);
        var pattern = model.Build().CellList[0];
        var end = new ValueEnd([new(0, 1), new(1, 0.5f), new(2, 0.25f)], 0, 0);
        var value = new CellValue(1, new(end, end), new(end, end));
        long prefixes = s_prefixes.Length;
        AtlasWriter.Write(new SyntheticAtlas.Source
        {
            Manifest = model.Manifest with
            {
                Spec = new("llama", [4, 4], 8, vocabulary.Length, gated, new('b', 64)), Unit = unit, Context = 20,
                    Top = Triggers,
                Sentences = truth.Count, Prefixes = prefixes,
            },
            VocabularyList = [.. vocabulary.Select(word => new VocabularyToken(" " + word, 1))],
            CellList = [.. cells.Select(cell => Cell(cell.layer, cell.cell, cell.Item3))],
            SentenceList = truth.Select((sentence, id) => AtlasSentence.FromTokens(
                id, [.. WorldText.Words(sentence.Text).Select(word => ids[word])],
                (token, bytes) => bytes.AddRange(Encoding.UTF8.GetBytes(" " + vocabulary[token])),
                cut: false)).ToDictionary(sentence => sentence.Id),
        }, path);
        return AtlasFile.Open(path);

        AtlasCell Cell(int layer, int index, Trigger[] triggers)
        {
            var histogram = new long[pattern.Histogram.Count];
            histogram[CoefficientBins.Of(1)] = triggers.Length;
            histogram[CoefficientBins.Of(0)] += prefixes - triggers.Length;
            var sum = ExactSum.FromDouble(triggers.Length);
            return new(
                layer, index, new(prefixes, triggers.Length, 0, sum, sum, triggers.Length > 0 ? 1 : 0, 0), histogram,
                triggers, [], value);
        }
    }
}
