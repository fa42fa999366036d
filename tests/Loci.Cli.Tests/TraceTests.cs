using System.Text.Json;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary><c>loci trace</c> on the constructed model, whose answers are known.</summary>
public sealed class TraceTests(BuiltAtlas atlas) : IClassFixture<BuiltAtlas>
{
    [Fact]
    public void The_screen_shows_the_answer_forming_and_the_cells_that_make_it()
    {
        string text = Tool.Run("trace", "constructed", "once upon a", "--atlas", atlas.Path).Out;
        Assert.StartsWith("once upon a → ·time   probability 98.1", text);
        Assert.Matches(@"L0 feed-forward\s+·time\s+48\.5", text);
        Assert.Matches(@"L1 feed-forward\s+·time\s+98\.1", text);
        Assert.Matches(@"L1/0\s+\+4\.00\s+0\.5\s+·time\s+once upon a → time", text);
        Assert.Matches(@"all\s+0\.00\s+\+8\.00\s+\+8\.00", text);
        Assert.Contains("Of the cells, 94 are silent.", text);
        Assert.Matches(@"loci atlas show \S+own\.atlas L\d+/\d+\n$", text);
    }

    [Fact]
    public void Attribution_stands_beside_direct_effects()
    {
        Assert.Matches(
            @"L1/0\s+\+\d+\.\d\d\s+\+\d+\.\d\d\s+\+4\.00",
            Tool.Run("trace", "constructed", "once upon a", "--attribution").Out);
        var json = Json("trace", "constructed", "once upon a", "--attribution", "--top", "3", "--json");
        Assert.Equal(6, json.GetProperty("attribution").GetArrayLength());
        Assert.Equal(2, Tool.Run("trace", "constructed", "a", "--attribution", "--set", "L0=0").Code);
    }

    [Fact]
    public void Why_and_not_weigh_two_tokens()
    {
        Assert.Contains(
            "What puts ·time +8.00 nats above ·the",
            Tool.Run("trace", "constructed", "once upon a", "--why", "time", "--not", "the").Out);
        var json = Json("trace", "constructed", "once upon a", "--why", "the", "--not", " time", "--json");
        Assert.Equal(-8, json.GetProperty("explained").GetDouble(), 0.05);
        Assert.Equal(0, json.GetProperty("cells_for").GetArrayLength());
        Assert.Equal(
            ["L0/25", "L1/0"],
            json.GetProperty("cells_against").EnumerateArray().Select(c => c.GetProperty("cell").GetString()).Order());
    }

    [Fact]
    public void Json_holds_parts_that_sum_to_the_logit()
    {
        var json = Json("trace", "constructed", "a time ,", "--atlas", atlas.Path, "--json");
        Assert.Equal(" the", json.GetProperty("answer").GetProperty("token").GetString());
        Assert.Equal(3, json.GetProperty("position").GetInt32());
        Assert.Equal(5, json.GetProperty("steps").GetArrayLength());
        var parts = json.GetProperty("parts");
        double sum = parts.EnumerateObject().Sum(part => part.Value.ValueKind == JsonValueKind.Array
            ? part.Value.EnumerateArray().Sum(n => n.GetDouble())
            : part.Value.GetDouble());
        Assert.Equal(json.GetProperty("explained").GetDouble(), sum, 1e-9);
        Assert.Equal(json.GetProperty("logit").GetDouble(), sum, 1e-3);     // float32 against float64
        var cell = json.GetProperty("cells_for")[0];
        Assert.Equal("L1/2", cell.GetProperty("cell").GetString());
        Assert.EndsWith("a time ,", cell.GetProperty("triggers")[0].GetProperty("text").GetString());
        Assert.Equal(" the", cell.GetProperty("promotes")[0].GetProperty("token").GetString());
    }

    [Fact]
    public void A_position_cuts_the_prompt_there()
    {
        string whole = Tool.Run("trace", "constructed", "once upon", "--json").Out;
        Assert.Equal(whole, Tool.Run("trace", "constructed", "once upon a time", "--position", "2", "--json").Out);
        int[] ids =
        [
            .. JsonDocument.Parse(whole).RootElement.GetProperty("tokens").EnumerateArray()
                .Select(t => t.GetProperty("id").GetInt32()),
        ];
        Assert.Equal(whole, Tool.Run("trace", "constructed", "--ids", string.Join(',', ids), "--json").Out);
    }

    [Fact]
    public void What_cannot_be_traced_is_said()
    {
        Fails(2, "Give either a PROMPT or --ids.", "trace", "constructed");
        Fails(2, "Give either a PROMPT or --ids.", "trace", "constructed", "a", "--ids", "1");
        Fails(
            2, "«once upon» is not one token of this model; it reads it as ·once (#", "trace", "constructed", "a",
            "--why", "once upon");
        Fails(2, "there is no token #9999", "trace", "constructed", "a", "--not", "#9999");
        Fails(2, "--not: it is empty", "trace", "constructed", "a", "--not", "");
        Fails(1, "cannot be weighed against itself", "trace", "constructed", "a", "--why", "time", "--not", "time");
        Fails(1, "There is no position 9", "trace", "constructed", "a", "--position", "9");
        Fails(1, "There is no atlas none.atlas", "trace", "constructed", "a", "--atlas", "none.atlas");
        Fails(
            1, "longer than the model's context", "trace", "constructed", string.Join(' ', Enumerable.Repeat("a", 40)));
    }

    [Fact]
    public void Another_models_atlas_is_refused_and_a_real_one_names_poles()
    {
        string model = SharedData.Require("stories260K");
        Fails(1, "is not the model", "trace", model, "Once", "--atlas", atlas.Path);
        var json = Json("trace", model, "Once upon a time", "--json", "--top", "100000");
        var cells = json.GetProperty("cells_for").EnumerateArray()
            .Concat(json.GetProperty("cells_against").EnumerateArray()).ToArray();
        Assert.Contains(cells, c => c.GetProperty("cell").GetString()!.EndsWith('-'));
        Assert.All(cells, c =>
            Assert.Equal(
                c.GetProperty("coefficient").GetDouble() < 0, c.GetProperty("cell").GetString()!.EndsWith('-')));
        Assert.Equal(
            json.GetProperty("parts").GetProperty("cells").EnumerateArray().Sum(n => n.GetDouble()),
            cells.Sum(c => c.GetProperty("contribution").GetDouble()), 1e-9);
    }

    private static void Fails(int code, string saying, params string[] args)
    {
        var outcome = Tool.Run(args);
        Assert.Equal((code, ""), (outcome.Code, outcome.Out));
        Assert.Contains(saying, outcome.Error);
    }

    private static JsonElement Json(params string[] args)
    {
        var outcome = Tool.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }
}
