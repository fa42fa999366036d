using System.Text.Json;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>
/// Steering on the constructed model, whose memories are known: L1/0 answers «once upon a» with «time».
/// </summary>
public sealed class SteeringTests
{
    [Fact]
    public void A_memory_taken_out_takes_its_answer_with_it()
    {
        var plain = Json("trace", "constructed", "once upon a", "--json");
        var steered = Json("trace", "constructed", "once upon a", "--set", "L1/0=0", "--json");
        Assert.Equal(" time", steered.GetProperty("answer").GetProperty("token").GetString());
        var change = Assert.Single(steered.GetProperty("set").EnumerateArray());
        Assert.Equal("L1/0=0", change.GetProperty("change").GetString());
        Assert.Equal(
            (0.5, 0), (Math.Round(change.GetProperty("coefficient_before").GetDouble(), 2),
                change.GetProperty("coefficient").GetDouble()));
        Assert.Equal(4, change.GetProperty("contribution_before").GetDouble(), 0.05);
        Assert.Equal(0, change.GetProperty("contribution").GetDouble());
        Assert.Equal(plain.GetProperty("explained").GetDouble() - 4, steered.GetProperty("explained").GetDouble(),
            0.05);
        Assert.Equal(plain.GetProperty("steps").GetRawText(), steered.GetProperty("steps_before").GetRawText());
        Assert.False(plain.TryGetProperty("set", out _));
    }

    [Fact]
    public void Halves_sets_and_layers_add_up()
    {
        double all = Explained(), cell = Explained("L1/0=0"), half = Explained("L1/0=x0.5"), layer = Explained("L1=0"),
            both = Explained("L0=0", "L1=0");
        Assert.Equal((all + cell) / 2, half, 1e-3);                     // the last layer's cells add linearly
        Assert.Equal(all, Explained("L1/0=x1"), 1e-9);
        Assert.Equal(both, Explained("L0=0,L1=0"), 1e-9);
        Assert.True(both < all && layer < all);
        Assert.Equal(all, Explained("L1=0,L1/0=0.5"), 0.05);            // in order: all out, then one back

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["set.txt"], "L0=0\r\nL1=0\n");
        Assert.Equal(both, Explained("@" + folder["set.txt"]), 1e-9);
    }

    [Fact]
    public void What_was_is_shown_beside_what_is()
    {
        string trace = Tool.Run("trace", "constructed", "once upon a", "--set", "L1/0=0").Out;
        Assert.Contains("without the changes 98.1", trace);
        Assert.Matches(@"L1/0=0\s+0\s+0\.5\s+0\.00\s+\+4\.00", trace);
        Assert.Contains("before:", trace);
        string run = Tool.Run("model", "run", "constructed", "--text", "once upon a", "--top", "1", "--set",
            "L0=0,L1=0").Out;
        Assert.Contains("without the changes", run);
        var json = Json("model", "run", "constructed", "--text", "once upon a", "--set", "L1/0=0", "--json");
        var plain = Json("model", "run", "constructed", "--text", "once upon a", "--json");
        Assert.Equal("L1/0=0", Assert.Single(json.GetProperty("set").EnumerateArray()).GetString());
        Assert.Equal(
            plain.GetProperty("positions")[3].GetProperty("top").GetRawText(),
            json.GetProperty("positions")[3].GetProperty("top_before").GetRawText());
        Assert.NotEqual(
            plain.GetProperty("positions")[3].GetProperty("top").GetRawText(),
            json.GetProperty("positions")[3].GetProperty("top").GetRawText());
    }

    [Fact]
    public void Generation_is_steered_and_shown_beside_what_it_was()
    {
        string[] args = ["generate", "constructed", "once upon a", "--greedy", "--max-tokens", "4"];
        string plain = Tool.Run(args).Out, steered = Tool.Run([.. args, "--set", "L0=0,L1=0"]).Out;
        string[] both = steered.Split("\nWithout the changes:\n");
        Assert.Equal(2, both.Length);
        Assert.Equal(plain, both[1]);
        Assert.NotEqual(plain, both[0]);
        var json = Json([.. args, "--set", "L0=0,L1=0", "--json"]);
        Assert.Equal(plain, json.GetProperty("text_before").GetString() + "\n");
        Assert.Equal(both[0], json.GetProperty("text").GetString() + "\n");
        Assert.Equal(plain, Tool.Run([.. args, "--set", "L1=x1"]).Out.Split("\nWithout")[0]);
        Assert.Equal(2, Tool.Run([.. args, "--set", "L1=0", "--state", "a.state"]).Code);
    }

    [Fact]
    public void Prompts_may_begin_with_an_at_sign() => Assert.Equal(0, Tool.Run("trace", "constructed", "@a").Code);

    private static double Explained(params string[] set) =>
        Json(
            ["trace", "constructed", "once upon a", "--why", "time", "--json",
                .. set.SelectMany(change => (string[])["--set", change])]).GetProperty("explained").GetDouble();

    private static JsonElement Json(params string[] args)
    {
        var outcome = Tool.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }
}
