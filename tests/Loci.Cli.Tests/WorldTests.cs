using System.Text.Json;
using Loci.Tests;
using Loci.Worlds;

namespace Loci.Cli.Tests;

/// <summary>The commands about the world of known facts.</summary>
public class WorldTests
{
    [Fact]
    public void World_write_writes_a_sentence_a_line_and_its_truth()
    {
        using var folder = new TemporaryFolder();
        var outcome = Tool.Run("world", "write", "--out", folder["w.txt"], "--truth", folder["w.jsonl"], "--words",
            "3000", "--seed", "4", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["w.jsonl", "w.txt"], folder.Names);

        var documents = World.Create(1).Documents(4, 3000).ToList();
        var sentences = documents.SelectMany(document => document.Sentences).ToList();
        Assert.Equal(string.Join("\n\n", documents.Select(d => string.Join('\n', d.Sentences.Select(s => s.Text))))
            + "\n", File.ReadAllText(folder["w.txt"]));
        string[] truths = File.ReadAllLines(folder["w.jsonl"]);
        Assert.Equal(sentences.Count, truths.Length);
        foreach (var (sentence, line) in sentences.Zip(truths))
        {
            var truth = JsonDocument.Parse(line).RootElement;
            Assert.Equal(["topic", "template", "facts"], truth.EnumerateObject().Select(property => property.Name));
            Assert.Equal((sentence.Topic, sentence.Template),
                (truth.GetProperty("topic").GetString(), truth.GetProperty("template").GetString()));
            Assert.Equal(sentence.Facts, truth.GetProperty("facts").EnumerateArray().Select(fact => new Fact(
                fact.GetProperty("subject").GetString()!, fact.GetProperty("relation").GetString()!,
                fact.GetProperty("answer").GetString()!)));
        }
        var summary = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(sentences.Count, summary.GetProperty("sentences").GetInt64());
        Assert.Equal(documents.Sum(d => d.Words), summary.GetProperty("words").GetInt64());
        Assert.Contains("words in",
            Tool.Run("world", "write", "--out", folder["w.txt"], "--words", "100", "--force").Out);
    }

    [Fact]
    public void World_write_refuses_one_file_for_both_and_folders_that_are_not_there()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(2, Tool.Run("world", "write", "--out", folder["w"], "--truth", folder["w"]).Code);
        Assert.Equal(1, Tool.Run("world", "write", "--out", folder["no/w"]).Code);
        Assert.Equal(2, Tool.Run("world", "write").Code);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void World_explain_measures_an_atlas_of_the_worlds_text_and_refuses_another()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Tool.Run("world", "write", "--out", folder["w.txt"], "--words", "2000").Code);
        // The constructed model does not know these words: it reads unknown ones, and so did not read this text.
        Assert.Equal(
            0, Tool.Run("atlas", "build", "constructed", "--corpus", folder["w.txt"], "--unit", "line", "--out",
                folder["w.atlas"]).Code);
        var refused = Tool.Run("world", "explain", folder["w.atlas"], "--words", "2000");
        Assert.Equal(1, refused.Code);
        Assert.Contains("another text", refused.Error);
        Assert.Contains("seed", Tool.Run("world", "explain", folder["w.atlas"], "--words", "4000").Error);
    }

    [Fact]
    public void World_quiz_asks_every_question_and_shows_wrong_answers()
    {
        var outcome = Tool.Run("world", "quiz", "constructed", "--failures", "2", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var json = JsonDocument.Parse(outcome.Out).RootElement;
        foreach (var (name, use) in new[] { ("trained", TemplateUse.Training), ("held_out", TemplateUse.HeldOut) })
        {
            var scores = json.GetProperty(name).EnumerateArray().ToList();
            Assert.Equal(World.Create(1).Questions(use).Count(), scores[^1].GetProperty("asked").GetInt32());
            Assert.Equal(scores[^1].GetProperty("asked").GetInt32(),
                scores.SkipLast(1).Sum(score => score.GetProperty("asked").GetInt32()));
            Assert.Equal(0, scores[^1].GetProperty("right").GetInt32()); // it has never heard of the world
        }
        Assert.Equal(2, json.GetProperty("failures").GetArrayLength());
    }
}
