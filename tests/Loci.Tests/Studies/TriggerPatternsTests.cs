using CsCheck;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Studies.Chance;
using Loci.Studies.Patterns;
using Loci.Studies.Truth;
using Loci.Worlds;

namespace Loci.Tests.Studies;

public class TriggerPatternsTests
{
    [Fact]
    public void Phrases_are_shallow_and_topics_semantic()
    {
        using var atlas = new AtlasOfSentences(Model.Open(Model.ConstructedName),
            ConstructedLanguage.Sentences(1).Take(2000), top: 300);
        var result = TriggerPatterns.Run(atlas.Source, new() { KeysPerLayer = int.MaxValue, Triggers = 300 }, new());
        var known = ConstructedModel.Instance.Cells.ToDictionary(cell => cell.Cell);
        foreach (var cell in result.Cells)
        {
            Assert.All((CellCover[])[cell.Fitted, cell.HeldOut],
                c => Assert.Equal(c.Any, c.Shallow + c.Semantic + c.Both, 1e-12));
            Assert.InRange(cell.HeldOut.Any, 0, 1);
            var built = known[cell.Cell];
            if (built.Kind == PatternKind.Suffix)
            {
                // A phrase says more than its last token where that also ends other prefixes.
                bool more = EndsOtherwise(atlas.Source.Text, [.. built.Pattern]);
                Assert.Equal((built, more ? PatternLabel.Shallow : PatternLabel.LastToken), (built, cell.Label));
                Assert.InRange(more ? cell.Added.Phrase + cell.Added.LastToken : cell.Added.LastToken, 0.9, 1.1);
                Assert.InRange(cell.ShallowExplains, 0.95, 1);
                Assert.Contains(cell.Patterns, p => p.Pattern.Form == PatternForm.Suffix && p.Precision.Value == 1);
                Assert.Equal(1, cell.HeldOut.Any, 0.1);
            }
            else
            {
                Assert.Equal(PatternLabel.Semantic, cell.Label);
                var topic = Assert.Single(cell.Patterns, p => p.Pattern.Semantic);
                string[] words = topic.Pattern.Text["about ".Length..].Split(", ");
                string[] built_ = [.. built.Pattern.Select(id => ConstructedLanguage.Vocabulary[id])];
                Assert.True(words.Count(built_.Contains) >= 6, topic.Pattern.Text);
                Assert.DoesNotContain(words,
                    word => ConstructedLanguage.Topics.Any(t => t.Nouns.Concat(t.Verbs).Contains(word))
                        && !built_.Contains(word));
                // the coefficient grows with the share of topic words, the indicator does not
                Assert.InRange(topic.Explains, 0.3, 1);
            }
        }
        Assert.Equal(known.Values.Count(cell => cell.Kind != PatternKind.Dead), result.Cells.Count);
        Assert.Equal(1, result.Layers[0].Shallow.Value + result.Layers[0].LastToken.Value, 1e-12);
        Assert.Equal(0.5, result.Layers[1].Semantic.Value);
    }

    private static bool EndsOtherwise(StudyText text, int[] phrase) =>
        Enumerable.Range(0, text.Prefixes).Select(text.At)
        .Any(prefix => text.TokensOf(prefix)[^1] == phrase[^1] && !text.TokensOf(prefix).EndsWith(phrase));

    [Fact, Long]
    public void Labels_tell_a_trained_model_from_random_weights_and_topics_are_those_of_the_truth()
    {
        WorldSentence[] world = [.. World.Create(1).Documents(2, 25_000).SelectMany(document => document.Sentences)];
        var model = Loci.BuiltIn.BuiltInModels.Open("demo");
        var (trained, score) = Of(model);
        var random = Enumerable.Range(1, 2).Select(draw => Of(Nulls.RandomWeights(model, draw))).ToArray();
        var byChance = TriggerPatterns.Join([.. random.Select(draw => draw.Labels)]);

        Assert.All((Func<PatternCell, bool>[])[Phrase, Topic], kind =>
        {
            double share = Share(trained.Cells, kind), chance = Share(byChance.Cells, kind);
            Assert.True(share > 0.2 && chance < 0.08, $"{share:p0} trained, {chance:p0} with random weights");
        });
        Assert.All(trained.Layers, layer => Assert.True(
            layer.None.Value + layer.LastToken.Value < 0.75,
            $"layer {layer.Layer}: {layer.LastToken.Value:p0} last token"));

        // Of the cells that the known topic adds to most are found, and much more often than of the others.
        double[] recall = [.. score.Select(layer => layer.Recall.Value)],
            alarms = [.. score.Select(layer => layer.FalseAlarms.Value)];
        double[] precision = [.. score.Select(layer => layer.Precision.Value)],
            guess = [.. score.Select(layer => layer.Topical.Value)];
        string said =
            $"{recall.Average():p0} found, {alarms.Average():p0} false, {precision.Average():p0} right, "
            + $"{guess.Average():p0} by guessing";
        Assert.True(recall.Average() > 0.5 && recall.Average() > alarms.Average() + 0.2
            && precision.Average() > guess.Average() + 0.1, said);

        (TriggerPatternResult Labels, IReadOnlyList<TopicFinderScore> Score) Of(Model of)
        {
            using var atlas = new AtlasOfSentences(of, world.Select(sentence => sentence.Text));
            var labels = TriggerPatterns.Run(atlas.Source, new() { KeysPerLayer = 50 }, new());
            return (labels, of == model
                ? TopicFinderScore.Of(labels, KnownTopics.Added(atlas.Source, world, labels, new()))
                : []);
        }
    }

    [Fact]
    public void Labels_tell_stories260K_from_random_weights()
    {
        var model = Model.Open(SharedData.Require("stories260K"));
        string[] lines = [.. File.ReadLines(SharedData.Require("tinystories", "tinystories.txt"))
            .Where(line => line.Length is > 20 and < 300).Take(400)];
        var trained = Of(model);
        var random = TriggerPatterns.Join(
            [.. Enumerable.Range(1, 3).Select(draw => Of(Nulls.RandomWeights(model, draw)))]);
        double share = Share(trained.Cells, Phrase), chance = Share(random.Cells, Phrase);
        Assert.True(share > 0.3 && chance < 0.05, $"{share:p0} trained, {chance:p0} with random weights");
        // What random weights have, too: a last token that explains a lot.
        Assert.True(random.Cells.Average(cell => cell.Added.LastToken) > 0.2);

        TriggerPatternResult Of(Model of)
        {
            using var atlas = new AtlasOfSentences(of, lines);
            return TriggerPatterns.Run(atlas.Source, new() { KeysPerLayer = 30 }, new());
        }
    }

    private static bool Phrase(PatternCell cell) => cell.Label is PatternLabel.Shallow or PatternLabel.Both;

    private static bool Topic(PatternCell cell) => cell.Label is PatternLabel.Semantic or PatternLabel.Both;

    private static double Share(IEnumerable<PatternCell> cells, Func<PatternCell, bool> which) =>
        cells.Average(cell => which(cell) ? 1.0 : 0);

    [Fact]
    public void What_is_added_beyond_the_last_token_is_that_of_least_squares() => Gen.Int[0, 100_000].Sample(seed =>
    {
        // Against regression by Gram and Schmidt on indicators of every token, the position, the phrase and the topic.
        var random = new Random(seed);
        var text = RandomText(seed, 5);
        Prefix[] prefixes = [.. Enumerable.Range(0, text.Prefixes).Select(text.At)];
        var beyond = new BeyondLastToken(text, prefixes);
        double[] phrase = [.. prefixes.Select(_ => random.Next(3) == 0 ? 1.0 : 0)],
            topic = [.. prefixes.Select(_ => random.NextDouble())];
        double[] m = [
            .. prefixes.Select((p, i) => text[p.Sentence][p.Position] + 0.1 * p.Position + 2 * phrase[i] + 3 * topic[i]
                + random.NextDouble())];
        List<double[]> basis = [[.. m.Select(_ => 1.0)], [.. prefixes.Select(p => Math.Log(1 + p.Position))]];
        for (int token = 0; token < 5; token++)
            basis.Add([.. prefixes.Select(p => text[p.Sentence][p.Position] == token ? 1.0 : 0)]);
        double all = BeyondLastToken.Variation(m);
        double none = Rest([.. basis]), withPhrase = Rest([.. basis, phrase]), withTopic = Rest([.. basis, topic]),
            withBoth = Rest([.. basis, phrase, topic]);
        var added = beyond.Added(m, beyond.Residual(phrase), beyond.Residual(topic));
        Assert.Equal((none - withPhrase) / all, added.Phrase, 1e-6);
        Assert.Equal((none - withTopic) / all, added.Topic, 1e-6);
        Assert.Equal((none - withBoth) / all, added.Both, 1e-6);
        Assert.Equal(0, beyond.Added([.. m.Select(x => -x)], beyond.Residual(phrase), beyond.Residual(topic)).Both);
        // a dead cell
        Assert.Equal(default, beyond.Added([.. m.Select(_ => 0.0)], beyond.Residual(phrase), beyond.Residual(topic)));

        double Rest(double[][] columns)
        {
            double[] left = m;
            List<double[]> directions = [];
            foreach (double[] column in columns)
            {
                // twice, for rounding
                double[] direction = directions.Aggregate(directions.Aggregate(column, Less), Less);
                if (Dot(direction, direction) < 1e-9) continue;
                directions.Add(direction);
                left = Less(left, direction);
            }
            return Dot(left, left);
        }

        static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

        static double[] Less(double[] a, double[] direction) =>
            [.. a.Zip(direction, (p, q) => p - q * Dot(a, direction) / Dot(direction, direction))];
    });

    [Fact]
    public void The_words_of_a_topic_lie_together()
    {
        using var atlas = AtlasOfSentences.Constructed(1500);
        string[] tokens = [.. atlas.Source.Atlas.Vocabulary.Select(token => token.Text)];
        var topics = new LatentTopics(atlas.Source.Text, new WordText(atlas.Source.Text, tokens), seed: 1);
        foreach (var (_, nouns, _) in ConstructedLanguage.Topics)
        {
            // Prefixes that hold this topic's nouns, less all others: its direction.
            double[] direction = new double[LatentTopics.Count];
            var text = atlas.Source.Text;
            for (int i = 0; i < text.Prefixes; i++)
            {
                var prefix = text.At(i);
                if (prefix.Position + 1 < text[prefix.Sentence].Length) continue;
                double sign = text.TokensOf(prefix).ToArray().Any(t => nouns.Contains(tokens[t].Trim())) ? 2 : -1;
                double[] of = topics.Of(prefix);
                for (int k = 0; k < direction.Length; k++) direction[k] += sign * of[k];
            }
            Assert.True(topics.Words(direction, nouns.Length).Count(nouns.Contains) >= nouns.Length - 1,
                string.Join(' ', topics.Words(direction, 6)));
        }
    }

    [Fact]
    public void Precision_and_recall_are_those_of_counting()
    {
        using var atlas = AtlasOfSentences.Constructed(300);
        var text = atlas.Source.Text;
        var result = TriggerPatterns.Run(atlas.Source, new() { KeysPerLayer = 6, Background = int.MaxValue },
            new() { Seed = 3 });
        var halves = new TextHalves(text, Loci.Studies.Statistics.Sampling.Seed(3, TriggerPatterns.Halves));
        Prefix[] tested = [.. Enumerable.Range(0, text.Prefixes).Select(text.At)
            .Where(prefix => halves.Tests(prefix.Sentence))];
        Assert.Equal(tested.Length, result.TestedPrefixes);
        Assert.Equal(text.Prefixes - tested.Length, result.FittedPrefixes);
        int compared = 0;
        foreach (var cell in result.Cells)
        {
            bool[] strong = [
                .. tested.Select(
                    p => AtlasOfSentences.Alone(atlas.Source.Model, text.TokensOf(p), cell.Cell) >= cell.Threshold)];
            foreach (var pattern in cell.Patterns.Where(p => p.Pattern.Form == PatternForm.Suffix))
            {
                bool[] held = [.. tested.Select(p => text.TokensOf(p).EndsWith([.. pattern.Pattern.Ids]))];
                int hits = held.Zip(strong).Count(x => x is (true, true));
                Assert.Equal((hits / (double)held.Count(h => h), held.Count(h => h)),
                    (pattern.Precision.Value, pattern.Precision.Count));
                Assert.Equal((hits / (double)strong.Count(s => s), strong.Count(s => s)),
                    (pattern.Recall.Value, pattern.Recall.Count));
                compared++;
            }
        }
        Assert.True(compared >= 6);
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        using var atlas = AtlasOfSentences.Constructed(300);
        var parameters = new TriggerPatternParameters { KeysPerLayer = 8, Background = 500 };
        var one = TriggerPatterns.Run(atlas.Source, parameters, new() { Seed = 4, Threads = 1 });
        var three = TriggerPatterns.Run(atlas.Source, parameters, new() { Seed = 4, Threads = 3 });
        Assert.Equivalent(one, three, strict: true);
        var named = TriggerPatterns.Run(atlas.Source,
            parameters with { Cells = [.. one.Cells.Select(cell => cell.Cell)] }, new() { Seed = 4 });
        Assert.Equivalent(one.Cells, named.Cells, strict: true);
    }

    [Fact]
    public void A_sentence_that_the_text_repeats_is_never_in_both_halves() => Gen.Int[0, 100_000].Sample(seed =>
    {
        var random = new Random(seed);
        int[][] sentences = [.. Enumerable.Range(0, 200)
            .Select(_ => Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3)).ToArray())];
        var text = StudyText.Of(sentences);
        var halves = new TextHalves(text, seed);
        foreach (var same in Enumerable.Range(0, 200).GroupBy(s => string.Join(' ', sentences[s])))
            Assert.Single(same.Select(halves.Tests).Distinct());
        Assert.Equal(text.Prefixes, halves.Count(false) + halves.Count(true));
        foreach (bool tested in (bool[])[false, true])
        {
            var drawn = halves.Draw(tested, 20, seed);
            Assert.Equal(Math.Min(20, halves.Count(tested)), drawn.Distinct().Count());
            Assert.All(drawn, prefix => Assert.Equal(tested, halves.Tests(prefix.Sentence)));
            Assert.All(drawn, prefix => Assert.InRange(prefix.Position, 0, sentences[prefix.Sentence].Length - 1));
        }
    });

    [Fact]
    public void Words_are_what_a_prefix_shows() => Gen.Int[0, 100_000].Sample(seed =>
    {
        string[] tokens = [" the", "the", " Cat", "ing", ".", " ", "7", "s", "'"];
        var text = RandomText(seed, tokens.Length);
        var words = new WordText(text, tokens);
        long[] counts = new long[words.Words.Count];
        for (int i = 0; i < text.Prefixes; i++)
        {
            var prefix = text.At(i);
            string shown = string.Concat(text.TokensOf(prefix).ToArray().Select(t => tokens[t])).ToLowerInvariant();
            var expected = System.Text.RegularExpressions.Regex.Matches(shown, @"\p{L}+").Select(m => m.Value)
                .ToHashSet();
            Assert.Equal(expected.Order(StringComparer.Ordinal),
                words.Of(prefix).Select(w => words.Words[w]).Order(StringComparer.Ordinal));
            foreach (int word in words.Of(prefix)) counts[word]++;
        }
        Assert.Equal(counts, words.PrefixCounts(Enumerable.Range(0, text.Count)));
    });

    [Fact]
    public void A_scan_finds_what_looking_at_each_prefix_finds() => Gen.Int[0, 100_000].Sample(seed =>
    {
        string[] tokens = [" a", " b", "c", " 4", "."];
        var text = RandomText(seed, tokens.Length);
        var words = new WordText(text, tokens);
        var scan = new PatternScan(text, words, tokens);
        var random = new Random(seed);
        PatternKey[] keys = [new(PatternForm.Suffix, 1), new(PatternForm.Suffix, 0, 2),
            new(PatternForm.SkipGram, 1, 1), new(PatternForm.TokenClass, (int)TokenClass.Number)];
        int[] topic = [.. Enumerable.Range(0, words.Words.Count).Where(_ => random.Next(2) == 0)];
        HashSet<(int, int)> found = [];
        scan.Run(
            Enumerable.Range(0, text.Count), keys.Select((key, n) => (key, n)).ToDictionary(k => k.key, k => k.n),
            [(topic, 9)],
            i => i % 2 == 0, (number, i) => Assert.True(found.Add((number, i))));
        for (int i = 0; i < text.Prefixes; i += 2)
        {
            var prefix = text.At(i);
            int[] t = text.TokensOf(prefix).ToArray();
            int[] last = t[Math.Max(0, t.Length - 5)..];
            Assert.Equal(t[^1] == 1, found.Contains((0, i)));
            Assert.Equal(t is [.., 0, 2], found.Contains((1, i)));
            Assert.Equal(last.Where((x, a) => x == 1 && last.Skip(a + 2).Contains(1)).Any(), found.Contains((2, i)));
            Assert.Equal(t[^1] == 3, found.Contains((3, i)));
            Assert.Equal(words.Of(prefix).Intersect(topic).Count() >= 2, found.Contains((9, i)));
            Assert.Equal(scan.About(prefix, topic), found.Contains((9, i)));
        }
    });

    [Fact]
    public void Explained_variance_is_that_of_least_squares() => Gen.Int[0, 100_000].Sample(seed =>
    {
        var random = new Random(seed);
        int n = random.Next(30, 200);
        bool[] x = [.. Enumerable.Range(0, n).Select(i => i == 0 || i > 1 && random.Next(4) == 0)],
            y = [.. x.Select((b, i) => i == 1 || b && i > 2 && random.Next(2) == 0)];
        double[] m = [.. Enumerable.Range(0, n).Select(i => random.NextDouble() + (x[i] ? 2 : 0) + (y[i] ? 3 : 0))];
        // Residuals of the regression by projecting out the constant, then x, then y (Gram-Schmidt).
        double[] one = [.. x.Select(_ => 1.0)], u = Less([.. x.Select(b => b ? 1.0 : 0)], one),
            v = Less(Less([.. y.Select(b => b ? 1.0 : 0)], one), u);
        double[] centred = Less(m, one);
        double total = Dot(centred, centred);
        Assert.Equal(1 - Dot(Less(centred, u), Less(centred, u)) / total, ExplainedVariance.One(m, x), 1e-9);
        double[] rest = Less(Less(centred, u), v);
        Assert.Equal(1 - Dot(rest, rest) / total, ExplainedVariance.Two(m, x, y), 1e-9);
        Assert.Equal(0, ExplainedVariance.One([.. m.Select(c => -c)], x));

        static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

        static double[] Less(double[] a, double[] direction) =>
            [.. a.Zip(direction, (p, q) => p - q * Dot(a, direction) / Dot(direction, direction))];
    });

    [Fact]
    public void A_text_without_two_halves_is_refused()
    {
        using var atlas = new AtlasOfSentences(Model.Open(Model.ConstructedName),
            ["the ship sailed .", "the ship sailed ."]);
        Assert.Contains("too short",
            Assert.Throws<LociException>(() => TriggerPatterns.Run(atlas.Source, new(), new())).Message);
    }

    private static StudyText RandomText(int seed, int vocabulary)
    {
        var random = new Random(seed);
        return StudyText.Of(Enumerable.Range(0, 12)
            .Select(_ => Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(vocabulary)).ToArray()));
    }
}
