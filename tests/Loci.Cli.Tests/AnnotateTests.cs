using System.Text.Json;
using Loci.Studies.Annotation;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>From an atlas to a sheet, from sheets to numbers.</summary>
public sealed class AnnotateTests(BuiltAtlas atlas) : IClassFixture<BuiltAtlas>
{
    [Fact]
    public void A_sheet_goes_out_and_comes_back_as_numbers()
    {
        using var folder = new TemporaryFolder();
        string task = folder["task"];
        var export = Tool.Run(
            "annotate", "export", atlas.Path, "--out", task, "--keys", "3", "--prefixes", "5", "--distractors", "2");
        Assert.Equal((0, ""), (export.Code, export.Error));
        Assert.Contains("6 keys", export.Out);
        Assert.Equal(["key.json", "sheet.csv"], Directory.GetFiles(task).Select(Path.GetFileName).Order());

        // Ann fills in nothing, Bob marks every prefix of every key.
        string ann = folder["ann.csv"], bob = folder["bob.csv"];
        File.Copy(Path.Combine(task, Annotations.SheetName), ann);
        File.WriteAllLines(bob, File.ReadAllLines(ann).Select(line =>
            line.EndsWith(",a,,,,", StringComparison.Ordinal) ? line[..^2] + ",shallow,everything"
            : char.IsDigit(line.Split(',')[1][0]) ? line[..^2] + "a,," : line));
        var read = Tool.Run("annotate", "read", task, ann, bob);
        Assert.Equal((0, ""), (read.Code, read.Error));
        Assert.Contains("bob: a pattern in 100", read.Out);
        Assert.Contains("kind of key", read.Out);

        var json = JsonDocument.Parse(Tool.Run(
            "annotate", "read", task, ann, bob, "--json", "--atlas", atlas.Path, "--model", "constructed", "--corpus",
            atlas.Text).Out).RootElement;
        Assert.Equal(6, json.GetProperty("keys").GetInt32());
        var annotators = json.GetProperty("annotators").EnumerateArray().ToArray();
        Assert.Equal([0, 1], annotators.Select(a => a.GetProperty("with_pattern").GetProperty("value").GetDouble()));
        Assert.Equal(
            [0, 1], annotators.Select(a => a.GetProperty("distractors_marked").GetProperty("value").GetDouble()));
        var agreement = json.GetProperty("agreement").EnumerateArray().ToArray();
        Assert.Equal(
            ["bob", "bob", "automatic", "automatic"], agreement.Select(a => a.GetProperty("second").GetString()));
        Assert.Equal(0, agreement[0].GetProperty("observed").GetDouble());
    }

    [Fact]
    public void What_cannot_be_is_refused_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        string task = folder["task"];
        Assert.Equal(0, Tool.Run("annotate", "export", atlas.Path, "--out", task).Code);
        string sheet = Path.Combine(task, Annotations.SheetName);

        var again = Tool.Run("annotate", "export", atlas.Path, "--out", task);
        Assert.Equal(1, again.Code);
        Assert.Contains("Name another folder", again.Error);
        Assert.Contains("loci annotate export", Tool.Run("annotate", "read", folder.Path, sheet).Error);
        Assert.Contains("no sheet", Tool.Run("annotate", "read", task, folder["none.csv"]).Error);
        Assert.Equal(2, Tool.Run("annotate", "read", task).Code);
        var half = Tool.Run("annotate", "read", task, sheet, "--atlas", atlas.Path);
        Assert.Equal(2, half.Code);
        Assert.Contains("--model", half.Error);

        File.WriteAllText(
            folder["bad.csv"],
            File.ReadAllText(sheet).Replace("K001,a,,,,", "K001,a,,,odd,x", StringComparison.Ordinal));
        var bad = Tool.Run("annotate", "read", task, folder["bad.csv"]);
        Assert.Equal(1, bad.Code);
        Assert.Matches(@"bad\.csv: row \d+, column kind: «odd» is neither shallow nor semantic", bad.Error);
    }
}
