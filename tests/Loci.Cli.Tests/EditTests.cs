using System.Text.Json;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>
/// Edits from the command line, from the forecast to the export; by the delta rule, which needs no statistics.
/// </summary>
public sealed class EditTests : IDisposable
{
    private const string Prompt = "The capital of Norvia is";

    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder["a.journal"];

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("demo"), InlineData("demo-gated"), InlineData("demo-delta")]
    public void An_edit_is_forecast_written_said_taken_back_and_exported(string model)
    {
        var dry = Edit(model, " Tarsbridge", "--dry-run");
        Assert.Equal(0, dry.Code);
        Assert.Contains("on neighbours", dry.Out);
        Assert.EndsWith("Nothing is written.\n", dry.Out);
        Assert.False(File.Exists(Journal));

        var written = Edit(model, " Tarsbridge", "--yes", "--note", "a note");
        Assert.True(written.Code == 0, written.Out + written.Error);
        Assert.Matches(@"neighbour +The capital of", written.Out);
        Assert.Equal($"{Prompt} Tarsbridge", Said($"{model}@{Journal}"));
        string plain = Said(model);

        string folder = _folder["exported"];
        var export = Tool.Run("edit", "export", $"{model}@{Journal}", "--out", folder);
        Assert.Equal((0, ""), (export.Code, export.Error));
        Assert.Equal($"{Prompt} Tarsbridge", Said(folder));
        Assert.Equal(1, Tool.Run("edit", "export", $"{model}@{Journal}", "--out", folder).Code);

        Assert.Equal(0, Tool.Run("edit", "undo", Journal, "1").Code);
        Assert.Equal(plain, Said($"{model}@{Journal}"));
        Assert.Equal(0, Tool.Run("edit", "redo", Journal, "1").Code);
        Assert.Equal($"{Prompt} Tarsbridge", Said($"{model}@{Journal}"));
    }

    [Fact]
    public void A_batch_is_listed_renamed_ordered_set_aside_merged_and_solved_anew()
    {
        string batch = _folder.Write("b.jsonl", $$"""
            {"prompt": "{{Prompt}}", "subject": "Norvia", "target": " Tarsbridge"}
            {"prompt": "The capital of Sarovia is", "subject": "Sarovia", "target": " Jorminster"}
            """);
        var made = Tool.Run(
            "edit", "--batch", batch, "--model", "demo", "--method", "delta", "--journal", Journal, "--yes", "--json");
        Assert.Equal(0, made.Code);
        using var view = JsonDocument.Parse(made.Out);
        Assert.Equal([1, 2], view.RootElement.GetProperty("edits").EnumerateArray()
            .Select(edit => edit.GetProperty("number").GetInt32()));
        Assert.True(view.RootElement.GetProperty("texts").GetArrayLength() > 4);

        Assert.Contains("called the second", Tool.Run("edit", "rename", Journal, "2", "the second").Out);
        Assert.Contains("2, 1", Tool.Run("edit", "reorder", Journal, "2", "--before", "1").Out);
        Assert.Contains("Summed in the order 1, 2", Tool.Run("edit", "reorder", Journal, "2").Out);
        Assert.Matches(@"2 +active +delta +0 +the second", Tool.Run("edit", "list", Journal).Out);
        Assert.Contains("rank 1", Tool.Run("edit", "show", Journal, "2").Out);
        Assert.Contains("left as they are: 2", Tool.Run("edit", "disable", Journal, "1").Out);

        string anew = _folder["anew.journal"], both = _folder["both.journal"];
        var replay = Tool.Run("edit", "replay", "demo", Journal, "--out", anew);
        Assert.True(replay.Code == 0, replay.Out + replay.Error);
        Assert.Contains("1 edit of demo", replay.Out);
        var merge = Tool.Run("edit", "merge", Journal, anew, "--out", both);
        Assert.Equal(1, merge.Code);
        Assert.Contains("edit 2 and edit 3 (there 1) answer «The capital of Sarovia is» alike", merge.Error);
        Assert.Contains("3 edits, 1 conflict", merge.Out);

        var judged = Tool.Run("edit", "evaluate", $"demo@{Journal}");
        Assert.Contains("efficacy said", judged.Out);
        Assert.Equal(0, judged.Code);
    }

    [Theory]
    [InlineData(1, "is not in the prompt", "--subject", "France")]
    [InlineData(1, "no word for a part of «Paris»", "--to", " Paris")]
    [InlineData(1, "The target is empty", "--to", " ")]
    [InlineData(1, "says already", "--to", " Aldminster")]
    [InlineData(1, "0 to 3", "--layers", "9")]
    [InlineData(1, "it is the last layer", "--layers", "3")]
    [InlineData(2, "is a list of numbers", "--layers", "x")]
    [InlineData(2, "no setting «weigth»", "--set", "weigth=3")]
    [InlineData(2, "is a number from 0", "--set", "value_steps=-3")]
    [InlineData(2, "--method is one of", "--method", "rom")]
    [InlineData(1, "there is no such file", "--statistics", "nowhere.keys")]
    [InlineData(1, "cannot be written", "--journal", "nowhere/a.journal")]
    public void Bad_input_is_refused_and_nothing_is_written(int code, string said, string option, string value)
    {
        var arguments = new Dictionary<string, string>
        {
            ["--subject"] = "Norvia", ["--to"] = " Tarsbridge", ["--model"] = "demo", ["--method"] = "delta",
            ["--journal"] = Journal, [option] = value,
        };
        var refused = Tool.Run(["edit", Prompt, .. arguments.SelectMany(pair => (string[])[pair.Key, pair.Value]),
            "--yes"]);
        Assert.Contains(said, refused.Error);
        Assert.Equal(code, refused.Code);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void Another_models_journal_and_a_damaged_one_are_refused_and_stay_as_they_are()
    {
        Assert.Equal(0, Edit("demo", " Tarsbridge", "--yes").Code);
        byte[] there = File.ReadAllBytes(Journal);
        Assert.Contains("is not the model this journal edits", Edit("demo-gated", " Tarsbridge", "--yes").Error);
        Assert.Contains("is not the model", Tool.Run("generate", $"demo-gated@{Journal}", Prompt).Error);
        Assert.Contains("no edit 4", Tool.Run("edit", "undo", Journal, "4").Error);
        Assert.Contains("active already", Tool.Run("edit", "redo", Journal, "1").Error);
        Assert.Contains("one journal", Edit($"demo@{Journal}", " Jorminster", "--yes").Error);
        Assert.Contains("edited model", Tool.Run("edit", "statistics", $"demo@{Journal}").Error);
        Assert.Equal(there, File.ReadAllBytes(Journal));
        there[^100] ^= 1;
        File.WriteAllBytes(Journal, there);
        Assert.Equal(1, Edit("demo", " Jorminster", "--yes").Code);
        Assert.Equal(1, Tool.Run("edit", "list", Journal).Code);
        Assert.Equal(there, File.ReadAllBytes(Journal));
    }

    [Fact]
    public void The_text_of_an_edited_built_in_model_is_its_bases()
    {
        Assert.Equal(0, Edit("demo", " Tarsbridge", "--yes").Code);
        var built = Tool.Run(
            "atlas", "build", $"demo@{Journal}", "--out", _folder["a.atlas"], "--max-sentences", "50");
        Assert.True(built.Code == 0, built.Error);
    }

    [Fact]
    public async Task A_kill_leaves_the_journal_before_or_after_a_change_never_between()
    {
        Assert.Equal(0, Edit("demo", " Tarsbridge", "--yes").Code);
        byte[] active = File.ReadAllBytes(Journal);
        Assert.Equal(0, Tool.Run("edit", "disable", Journal, "1").Code);
        byte[] disabled = File.ReadAllBytes(Journal);
        var random = new Random(3);
        for (int kill = 0; kill < 6; kill++)
        {
            bool isActive = File.ReadAllBytes(Journal).AsSpan().SequenceEqual(active);
            using var process = Tool.Start(
                _folder.Path, ["edit", isActive ? "disable" : "redo", Journal, "1"]);
            await Task.Delay(random.Next(60, 300), TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            byte[] now = File.ReadAllBytes(Journal);
            Assert.True(
                now.AsSpan().SequenceEqual(active) || now.AsSpan().SequenceEqual(disabled), $"kill {kill}");
        }
    }

    private Outcome Edit(string model, string target, params string[] more) => Tool.Run(
        ["edit", Prompt, "--subject", "Norvia", "--to", target, "--model", model, "--method", "delta", "--journal",
            Journal, .. more]);

    private static string Said(string model)
    {
        var said = Tool.Run("generate", model, Prompt, "--max-tokens", "1", "--greedy");
        Assert.True(said.Code == 0, said.Error);
        return said.Out.Trim();
    }
}
