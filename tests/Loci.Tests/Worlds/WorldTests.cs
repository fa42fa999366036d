using System.Text.RegularExpressions;
using Loci.Worlds;

namespace Loci.Tests.Worlds;

/// <summary>A text of the world, made once.</summary>
public sealed class WorldSample
{
    public World World { get; } = World.Create(1);

    public IReadOnlyList<WorldDocument> Documents { get; }

    public IReadOnlyList<WorldSentence> Sentences { get; }

    public WorldSample()
    {
        Documents = [.. World.Documents(7, 600_000)];
        Sentences = [.. Documents.SelectMany(document => document.Sentences)];
    }
}

public sealed partial class WorldTests(WorldSample sample) : IClassFixture<WorldSample>
{
    [Fact]
    public void The_same_seeds_give_the_same_text_and_others_another()
    {
        string[] Texts(ulong world, ulong seed) =>
            [.. World.Create(world).Documents(seed, 20_000).Select(document => document.Text)];

        Assert.Equal(Texts(1, 7), Texts(1, 7));
        Assert.Equal(Texts(1, 7), sample.Documents.Take(Texts(1, 7).Length).Select(document => document.Text));
        Assert.Equal(World.Create(1).Facts, World.Create(1).Facts);
        Assert.NotEqual(World.Create(1).Facts, World.Create(2).Facts);
        // Sentences that stand alone are facts and come again; passages do not.
        var passages = sample.Documents.Where(document => document.Sentences.Count > 3)
            .Select(document => document.Text).ToHashSet();
        Assert.DoesNotContain(sample.World.Documents(8, 100_000), document => passages.Contains(document.Text));
    }

    [Fact]
    public void A_subject_and_a_relation_have_one_answer_and_no_answer_is_common()
    {
        var facts = sample.World.Facts;
        Assert.InRange(facts.Count, 1200, 1600);
        Assert.Equal(facts.Count, facts.DistinctBy(fact => (fact.Subject, fact.Relation)).Count());
        Assert.All(facts, fact => Assert.InRange(fact.Answer.Split(' ').Length, 1, 2));
        Assert.All(facts.GroupBy(fact => fact.Relation), relation =>
            Assert.True(
                relation.GroupBy(fact => fact.Answer).Max(answer => answer.Count()) <= 0.15 * relation.Count(),
                relation.Key));
    }

    [Fact]
    public void Every_fact_is_told_often_by_its_full_name()
    {
        var told = sample.World.Facts.ToDictionary(fact => fact, _ => 0);
        foreach (var sentence in sample.Sentences)
            foreach (var fact in sentence.Facts)
            {
                Assert.Contains(fact.Answer, sentence.Text);
                if (sentence.Text.Contains(fact.Subject, StringComparison.Ordinal)) told[fact]++;
            }
        // 80 in three million words, less the scatter of a fifth of it
        Assert.True(told.Values.Min() >= 12, $"least {told.Values.Min()}");
        Assert.InRange(
            sample.Sentences.Count(sentence => sentence.Facts.Count > 0) / (double)sample.Sentences.Count, 0.45, 0.65);
    }

    [Fact]
    public void Documents_are_a_sentence_or_a_passage_of_one_topic()
    {
        Assert.All(sample.Documents, document =>
        {
            Assert.True(document.Sentences.Count is 1 or >= 3 and <= 9, document.Text);
            Assert.Single(document.Sentences.Select(sentence => sentence.Topic).Distinct());
            Assert.Equal(document.Text, string.Join(' ', document.Sentences.Select(sentence => sentence.Text)));
        });
        Assert.True(sample.Sentences.Select(sentence => sentence.Topic).Distinct().Count() >= 10);
        long words = sample.Documents.Sum(document => (long)document.Words);
        Assert.InRange(words, 600_000, 600_300);
    }

    [Fact]
    public void No_passage_comes_twice_and_no_sentence_of_prose_is_frequent()
    {
        var passages = sample.Documents.Where(document => document.Sentences.Count > 3).ToList();
        Assert.Equal(passages.Count, passages.DistinctBy(document => document.Text).Count());
        var prose = sample.Sentences.Where(sentence => sentence.Facts.Count == 0).CountBy(sentence => sentence.Text)
            .ToList();
        Assert.True(
            prose.Count >= 0.7 * prose.Sum(text => text.Value), $"{prose.Count} of {prose.Sum(text => text.Value)}");
        Assert.All(prose, text =>
            Assert.True(text.Value <= sample.Sentences.Count / 1500, $"{text.Value} × {text.Key}"));
    }

    [Fact]
    public void Sentences_are_spelled_as_they_should_be()
    {
        var vowel = TakesA();
        Assert.All(sample.Sentences, sentence =>
        {
            string text = sentence.Text;
            Assert.True(
                char.IsUpper(text[0]) && text[^1] == '.' && !text.Contains("  ", StringComparison.Ordinal), text);
            Assert.False(Mistakes().IsMatch(text), text);
            foreach (Match article in Articles().Matches(text))
            {
                string word = article.Groups[2].Value;
                bool an = word.StartsWith("hour", StringComparison.Ordinal)
                    || "aeiouAEIOU".Contains(word[0]) && !vowel.IsMatch(word);
                Assert.True(an == (article.Groups[1].Value.Length == 2), text);
            }
        });
    }

    [Fact]
    public void Questions_use_no_word_that_documents_do_not_use()
    {
        var known = new HashSet<string>();
        long words = 0;
        foreach (var document in sample.Documents.TakeWhile(_ => words < 300_000))
        {
            words += document.Words;
            foreach (var sentence in document.Sentences) known.UnionWith(WorldText.Words(sentence.Text));
        }
        foreach (var use in Enum.GetValues<TemplateUse>())
            foreach (var question in sample.World.Questions(use))
                Assert.All(WorldText.Words($"{question.Prompt} {question.Answer}"), word =>
                    Assert.True(known.Contains(word), $"{word} in {question.Prompt}"));
        int vocabulary = sample.Sentences.SelectMany(sentence => WorldText.Words(sentence.Text)).Distinct().Count();
        Assert.InRange(vocabulary, 3000, 4500);
    }

    [Fact]
    public void Questions_cover_every_fact_in_both_uses_and_hold_their_subject()
    {
        foreach (var use in Enum.GetValues<TemplateUse>())
        {
            var questions = sample.World.Questions(use).ToList();
            Assert.Equal(sample.World.Facts, questions.Select(question => question.Fact).Distinct());
            Assert.Equal(questions, sample.World.Questions(use));
            Assert.All(questions, question =>
            {
                Assert.Contains(question.Fact.Subject, question.Prompt);
                Assert.DoesNotContain(Wording.AnswerMark, question.Prompt);
                Assert.Equal(
                    use == TemplateUse.HeldOut, question.Template.Contains("held-out", StringComparison.Ordinal));
            });
        }
    }

    [Fact]
    public void What_is_held_out_stands_in_no_document()
    {
        string[][] frames =
        [
            .. Relation.Read(WorldText.Read("relations")).SelectMany(relation => relation.HeldOut)
                .Select(template => Slots().Split(template.Text)),
        ];
        Assert.All(sample.Sentences, sentence => Assert.DoesNotContain(frames, frame => Fits(sentence.Text, frame)));
        // the search can find something
        Assert.Contains(frames, frame => Fits("The city where Anna Harwell was born is Velmora.", frame));
    }

    [Fact]
    public void What_is_held_out_is_a_frame_of_its_own()
    {
        Assert.All(Relation.Read(WorldText.Read("relations")), relation =>
        {
            Assert.Equal(2, relation.HeldOut.Count);
            Assert.InRange(relation.Training.Count, 6, 9);
            foreach (var held in relation.HeldOut)
                foreach (var trained in relation.Training)
                {
                    string[] a = BeforeAnswer(held.Text), b = BeforeAnswer(trained.Text);
                    Assert.False(a.TakeLast(4).SequenceEqual(b.TakeLast(4)), $"{held.Text} – {trained.Text}");
                    Assert.True(
                        Distance(held.Text.Split(' '), trained.Text.Split(' ')) >= 3, $"{held.Text} – {trained.Text}");
                }
        });
    }

    private static string[] BeforeAnswer(
        string template) => [.. template[..template.IndexOf("{a}", StringComparison.Ordinal)].Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)];

    private static bool Fits(string text, string[] frame)
    {
        if (!text.StartsWith(frame[0], StringComparison.Ordinal)) return false;
        int at = frame[0].Length;
        foreach (string part in frame.Skip(1))
        {
            int found = text.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Length;
        }
        return true;
    }

    private static int Distance(string[] a, string[] b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            for (int j = 0; j <= b.Length; j++)
                d[i, j] = i == 0
                    ? j
                    : j == 0
                    ? i
                    : Math.Min(
                        Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
        return d[a.Length, b.Length];
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Slots();

    [GeneratedRegex(@"[\[\]{}|#@]| [,.]|\.\.|,,|\b(\w+) \1\b|[^A-Za-z0-9é ,.:]", RegexOptions.IgnoreCase)]
    private static partial Regex Mistakes();

    [GeneratedRegex(@"\b([Aa]n?) (\w+)")]
    private static partial Regex Articles();

    [GeneratedRegex("^(uni|use|usu|eu|one|once)", RegexOptions.IgnoreCase)]
    private static partial Regex TakesA();
}
