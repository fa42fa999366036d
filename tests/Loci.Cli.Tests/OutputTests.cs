using System.Text;
using System.Text.Json;
using Loci.Models;
using Loci.Checkpoints;
using Loci.Tests;
using Loci.Tracing;

namespace Loci.Cli.Tests;

/// <summary>What the commands print and write.</summary>
public sealed class OutputTests(BuiltAtlas atlas) : IClassFixture<BuiltAtlas>
{
    [Fact]
    public void Model_run_prints_the_best_next_tokens_of_every_position()
    {
        var root = Json("model", "run", "constructed", "--ids", "1,5,6", "--top", "10", "--json");
        var model = Model.Open(Model.ConstructedName);
        var pass = new Recording([new TapName(TapPoint.Logits, 0)]);
        pass.Run(model.Transformer, Batch.Of([1, 5, 6]));

        Assert.Equal(["positions"], Names(root));
        var positions = root.GetProperty("positions").EnumerateArray().ToArray();
        Assert.Equal([1, 5, 6], positions.Select(p => p.GetProperty("token").GetInt32()));
        for (int p = 0; p < positions.Length; p++)
        {
            Assert.Equal(["position", "token", "top"], Names(positions[p]));
            Assert.Equal(p, positions[p].GetProperty("position").GetInt32());
            var logits = pass[TapPoint.Logits][(p * model.Spec.Vocabulary)..((p + 1) * model.Spec.Vocabulary)];
            var expected = logits.Select((logit, id) => (Id: id, Logit: logit)).OrderByDescending(t => t.Logit)
                .ThenBy(t => t.Id).Take(10);
            Assert.Equal(expected, positions[p].GetProperty("top").EnumerateArray()
                .Select(t => (t.GetProperty("id").GetInt32(), t.GetProperty("logit").GetSingle())));
            Assert.All(positions[p].GetProperty("top").EnumerateArray(), t => Assert.Equal(["id", "logit"], Names(t)));
        }
    }

    [Fact]
    public void Model_info_lists_taps_and_shapes_and_model_run_writes_them()
    {
        using var folder = new TemporaryFolder();
        var taps = Json("model", "info", "constructed", "--json").GetProperty("taps");
        string[] points =
        [
            "residual_before", "queries", "keys", "values", "head_outputs", "attention", "residual_middle",
            "feed_forward_input", "coefficients",
            "feed_forward", "residual_after",
        ];
        Assert.Equal([.. points.Select(p => $"layers.0.{p}"), .. points.Select(p => $"layers.1.{p}"), "logits"],
            Names(taps).Order(Comparer<string>.Create(
            (a, b) =>
                (a == "logits", a[..Math.Min(8, a.Length)],
                    Array.IndexOf(points, a.Split('.')[^1])).CompareTo(
                        (b == "logits", b[..Math.Min(8, b.Length)], Array.IndexOf(points, b.Split('.')[^1]))))));

        string path = folder["taps.safetensors"];
        Assert.Equal(
            0, Tool.Run("model", "run", "constructed", "--text", "once upon a", "--taps", "*", "--out", path).Code);
        using var file = SafetensorsFile.Open(path);
        foreach (var tap in taps.EnumerateObject())
        {
            Assert.Equal("tokens", tap.Value[0].GetString());
            Assert.Equal([4, tap.Value[1].GetInt64()], file.Tensors[tap.Name].Shape);
        }
        Assert.Equal(taps.EnumerateObject().Count(), file.Tensors.Count);
        Assert.Equal(["taps.safetensors"], folder.Names);

        string patterns = folder["patterns.safetensors"];
        Assert.Equal(
            0, Tool.Run("model", "run", "constructed", "--text", "once upon a", "--taps", "layers.1.patterns", "--out",
                patterns).Code);
        using var one = SafetensorsFile.Open(patterns);
        Assert.Equal([4, 3, 4], Assert.Single(one.Tensors).Value.Shape);
    }

    [Fact]
    public void Atlas_show_prints_a_cell()
    {
        var cell = Json("atlas", "show", atlas.Path, "L1/0", "--json");
        Assert.Equal(["cell", "triggers", "promotes"], Names(cell).Take(3));
        Assert.Equal("L1/0", cell.GetProperty("cell").GetString());
        var triggers = cell.GetProperty("triggers").EnumerateArray().ToArray();
        Assert.Equal(7, triggers.Length);
        Assert.All(triggers, trigger =>
        {
            Assert.Equal(["coefficient", "sentence", "position", "text", "next"], Names(trigger));
            Assert.EndsWith("once upon a", trigger.GetProperty("text").GetString());
            Assert.Equal(0.5, trigger.GetProperty("coefficient").GetDouble(), 0.01);
            Assert.Equal(" time", trigger.GetProperty("next").GetString());
            Assert.Equal(trigger.GetProperty("text").GetString()!.Split(' ').Length - 1,
                trigger.GetProperty("position").GetInt32());
        });
        Assert.Equal(" time", cell.GetProperty("promotes")[0].GetProperty("token").GetString());
        Assert.True(cell.GetProperty("agreement")[0].GetProperty("next_token").GetBoolean());
        Assert.False(cell.GetProperty("statistics").GetProperty("dead").GetBoolean());
        Assert.DoesNotContain("-0,", cell.GetRawText());
        Assert.True(Json("atlas", "show", atlas.Path, "L1/47", "--json").GetProperty("statistics").GetProperty("dead")
            .GetBoolean());
    }

    [Fact]
    public void Atlas_build_and_search_print_json()
    {
        using var folder = new TemporaryFolder();
        var summary = Json("atlas", "build", "constructed", "--corpus", atlas.Text, "--out", folder["a.atlas"],
            "--json");
        Assert.Equal(500, summary.GetProperty("sentences").GetInt32());
        Assert.Equal(2, summary.GetProperty("layers").GetArrayLength());
        Assert.Equal(["a.atlas"], folder.Names);

        var found = Json("atlas", "search", atlas.Path, "time", "--json");
        Assert.Contains("L1/0", found.GetProperty("values").EnumerateArray()
            .Select(value => value.GetProperty("cell").GetString()));
        var nothing = Json("atlas", "search", atlas.Path, "zebra", "--json");
        Assert.Equal(
            (0, 0), (nothing.GetProperty("trigger_cells").GetInt32(), nothing.GetProperty("value_cells").GetInt32()));
    }

    [Fact]
    public void Cards_tell_what_a_cell_does()
    {
        string card = Tool.Run("atlas", "show", atlas.Path, "L1/0").Out;
        Assert.Contains("promotes      ·time 0.88", card);
        Assert.Contains("suppresses    nothing", card);
        Assert.DoesNotContain("-0.00", card);
        Assert.Contains("once upon a → time", card);
        string dead = Tool.Run("atlas", "show", atlas.Path, "L1/47").Out;
        Assert.Contains("never: dead on all", dead);
        Assert.Contains("No prefix of the corpus fires it.", dead);
        Assert.Equal("No cell has triggers that contain «zebra», or a value that promotes a token with it.\n",
            Tool.Run("atlas", "search", atlas.Path, "zebra").Out);
    }

    [Fact]
    public void Parts_built_and_merged_are_the_same_file_and_export_writes_tables()
    {
        using var folder = new TemporaryFolder();
        foreach (int k in (int[])[1, 2])
            Assert.Equal(
                0, Tool.Run("atlas", "build", "constructed", "--corpus", atlas.Text, "--top", "7", "--part", $"{k}/2",
                    "--out", folder[$"{k}.atlas"]).Code);
        Assert.Equal(0, Tool.Run("atlas", "merge", folder["all.atlas"], folder["2.atlas"], folder["1.atlas"]).Code);
        Assert.Equal(File.ReadAllBytes(atlas.Path), File.ReadAllBytes(folder["all.atlas"]));
        var export = Tool.Run("atlas", "export", folder["all.atlas"], "--out", folder["tables"]);
        Assert.Equal(0, export.Code);
        Assert.Equal(8, export.Out.TrimEnd().Split('\n').Length);
        Assert.Equal(8, Directory.GetFiles(folder["tables"]).Length);
    }

    [Fact]
    public void Pipes_see_no_escape_sequences_whatever_the_terminal()
    {
        using var folder = new TemporaryFolder();
        foreach (string noColour in (string[])["", "1"])
            foreach (string[] args in (string[][])[["atlas", "show", atlas.Path, "L1/0"],
                ["atlas", "search", atlas.Path, "upon"], ["model", "run", "constructed", "--text", "a"],
                ["model", "info", "./none"]])
            {
                var outcome = Tool.End(
                    Tool.Start(folder.Path, args, ("TERM", "xterm-256color"), ("COLORTERM", "truecolor"),
                        ("NO_COLOR", noColour)));
                Assert.DoesNotContain('\e', outcome.Out + outcome.Error);
            }
        Assert.DoesNotContain('\e', atlas.Built.Out + atlas.Built.Error);
    }

    [Fact]
    public void Greedy_generation_from_the_beginning_gives_the_known_story_byte_for_byte()
    {
        string model = SharedData.Require("stories260K");
        using var known = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "stories260K.json")));
        var story = known.RootElement;
        using var folder = new TemporaryFolder();
        var outcome = Tool.End(Tool.Start(folder.Path, ["generate", model, "", "--greedy", "--max-tokens", "200"]));
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(Encoding.UTF8.GetBytes(story.GetProperty("text").GetString() + "\n"),
            Encoding.UTF8.GetBytes(outcome.Out.ReplaceLineEndings("\n")));
        var json = Json("generate", model, "", "--greedy", "--max-tokens", "200", "--json");
        Assert.Equal(story.GetProperty("greedy").GetRawText().Replace(" ", ""),
            JsonSerializer.Serialize(json.GetProperty("made").EnumerateArray().Select(t => t.GetInt32())));
    }

    [Fact]
    public void The_same_seed_draws_the_same_text()
    {
        string[] args = ["generate", "constructed", "the", "--max-tokens", "20", "--seed", "3"];
        Assert.Equal(Tool.Run(args).Out, Tool.Run(args).Out);
        Assert.NotEqual(Tool.Run(args).Out, Tool.Run([.. args[..^1], "4"]).Out);
    }

    private static JsonElement Json(params string[] args)
    {
        var outcome = Tool.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }

    private static string[] Names(JsonElement element) =>
        [.. element.EnumerateObject().Select(property => property.Name)];

    [Fact]
    public void Interference_is_exact_up_to_the_bound_with_orthogonal_keys()
    {
        var run = Tool.Run("lab", "interference", "--size", "16", "--most", "32", "--rules", "delta", "--maps",
            "identity", "--keys", "orthogonal", "--json");
        Assert.Equal(0, run.Code);
        using var json = System.Text.Json.JsonDocument.Parse(run.Out);
        var curve = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(16, curve.GetProperty("d_dot").GetInt32());
        foreach (var point in curve.GetProperty("points").EnumerateArray())
            Assert.Equal(point.GetProperty("n").GetInt32() > 16, point.GetProperty("error").GetDouble() > 1e-3);
    }
}
