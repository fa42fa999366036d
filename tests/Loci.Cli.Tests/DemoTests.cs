using System.Text.Json;
using Loci.Tests;
using Loci.Worlds.Documentation;

namespace Loci.Cli.Tests;

public class DemoTests
{
    [Theory, Long]
    [InlineData("demo", 0.7, "--world")]
    [InlineData("demo-gated", 0.7, "--gated")]
    [InlineData("demo-delta", 0.5, "--delta")]
    public void The_demo_shows_cells_of_both_kinds_and_leaves_an_atlas(string model, double known,
        params string[] option)
    {
        using var folder = new TemporaryFolder();
        string atlas = folder["a.atlas"];
        var outcome = Tool.Run(["demo", "--out", atlas, "--json", .. option]);
        Assert.True(outcome.Code == 0, outcome.Error);
        var shown = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(model, shown.GetProperty("model").GetString());
        Assert.True(shown.GetProperty("right").GetInt32() >= known * shown.GetProperty("questions").GetInt32(),
            outcome.Out);
        Assert.True(shown.GetProperty("semantic").GetProperty("topic_purity").GetDouble() >= 0.9);
        // What is headlined is counted in the table below it.
        string verdict = shown.GetProperty("semantic").GetProperty("verdict").GetString()!;
        Assert.Contains(shown.GetProperty("layers").EnumerateArray(),
            layer => layer.GetProperty(verdict).GetDouble() > 0);
        string cell = shown.GetProperty("shallow").GetProperty("cell").GetString()!;
        Assert.True(shown.GetProperty("trace").GetProperty("cells_for").GetArrayLength() > 0);

        var card = Tool.Run("atlas", "show", atlas, cell);
        Assert.True(card.Code == 0, card.Error);
        Assert.Contains(cell, card.Out);

        // The second time finds the text it wrote, and nothing else stays behind.
        Assert.Equal(
            0, Tool.Run("atlas", "build", model, "--unit", "line", "--max-sentences", "50", "--out", atlas,
                "--force").Code);
        Assert.Equal(["a.atlas", "a.corpus.txt"], folder.Names);
    }

    [Fact]
    public void Two_models_at_once_are_refused() => Assert.Equal(2, Tool.Run("demo", "--gated", "--delta").Code);

    [Fact]
    public void The_tour_of_the_documentation_shows_what_passes_its_tests()
    {
        if (SdkDocumentation.Find() is null) Assert.Skip("no SDK with its libraries' documentation");
        using var folder = new TemporaryFolder();
        string atlas = folder["a.atlas"];
        var outcome = Tool.Run("demo", "--out", atlas, "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var shown = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal("demo-docs", shown.GetProperty("model").GetString());
        var word = shown.GetProperty("word");
        Assert.True(word.GetProperty("purity").GetDouble() >= 0.8);
        Assert.True(word.GetProperty("types").GetInt32() >= 10);
        // A cell for a topic is shown only where one stands out among all.
        if (shown.TryGetProperty("topic", out var topic))
        {
            Assert.True(topic.GetProperty("p").GetDouble() <= 0.05);
            Assert.True(topic.GetProperty("purity").GetDouble() >= 0.5);
            Assert.True(topic.GetProperty("purity").GetDouble() > 3 * topic.GetProperty("of_text").GetDouble());
        }
        var switched = shown.GetProperty("switch");
        Assert.Equal(20, switched.GetProperty("controls").GetArrayLength());
        // What is switched off is what the trace says adds most.
        string first = shown.GetProperty("trace").GetProperty("cells_for")[0].GetProperty("cell").GetString()!;
        Assert.Equal($"{first}=0", switched.GetProperty("set")[0].GetString());
        Assert.Contains(word.GetProperty("word").GetString()!,
            Tool.Run("atlas", "show", atlas, word.GetProperty("cell").GetString()!).Out);
        Assert.Equal(["a.atlas", "a.corpus.txt"], folder.Names);
    }

    [Fact, Long]
    public void Without_documentation_it_says_so_and_takes_the_world_and_a_pipe_gets_all_of_it_plain()
    {
        using var folder = new TemporaryFolder();
        var outcome = Tool.Run("demo", "--sdk", folder.Path, "--out", folder["a.atlas"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("holds no documentation of a .NET SDK", outcome.Error);
        Assert.Contains("loci demo --world", outcome.Error);
        Assert.Contains("A model that knows a small world", outcome.Out);
        Assert.Contains("Go on", outcome.Out);
        Assert.DoesNotContain("any key", outcome.Out);
        Assert.DoesNotContain("\e", outcome.Out);
    }

    [Fact]
    public void The_world_reads_no_documentation() =>
        Assert.Equal(2, Tool.Run("demo", "--world", "--sdk", ".").Code);

    [Fact]
    public void A_text_that_is_in_the_way_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.corpus.txt"], "mine\n");
        var outcome = Tool.Run("demo", "--world", "--out", folder["a.atlas"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("a.corpus.txt is there already", outcome.Error);
        Assert.Equal("mine\n", File.ReadAllText(folder["a.corpus.txt"]));
    }
}
