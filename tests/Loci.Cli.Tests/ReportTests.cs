using System.Text.Json;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>From an atlas to the page.</summary>
public sealed class ReportTests(BuiltAtlas atlas) : IClassFixture<BuiltAtlas>
{
    [Fact]
    public void A_report_is_written_and_told()
    {
        using var folder = new TemporaryFolder();
        string to = folder["report"];
        // The model is found by its name, its text beside the atlas.
        var run = Tool.Run("report", atlas.Path, "--out", to, "--quick", "--no-nulls");
        Assert.Equal(0, run.Code);
        Assert.Contains(Path.Combine(to, "report.html"), run.Out);
        foreach (string study in (string[])["patterns", "minimal", "removal", "agreement", "confidence", "composition",
            "refinement", "neural-memory", "causal"])
            Assert.Contains(study, run.Out);
        Assert.Equal(["figures", "report.html", "report.json"],
            Directory.GetFileSystemEntries(to).Select(Path.GetFileName).Order());
        Assert.Equal(19, Directory.GetFiles(Path.Combine(to, "figures"), "*.png").Length);

        // Again, over the first, for machines: the same numbers.
        var first = Sections(File.ReadAllText(Path.Combine(to, "report.json")));
        var again = Tool.Run("report", atlas.Path, "--out", to, "--quick", "--no-nulls", "--model", "constructed",
            "--corpus", atlas.Text, "--threads", "1", "--json");
        Assert.Equal(0, again.Code);
        Assert.Equal(first, Sections(again.Out));
        Assert.Equal(first, Sections(File.ReadAllText(Path.Combine(to, "report.json"))));

        static string Sections(string json) =>
            JsonDocument.Parse(json).RootElement.GetProperty("sections").GetRawText();
    }

    [Fact]
    public void Chosen_studies_alone_are_run_in_the_order_of_the_list()
    {
        using var folder = new TemporaryFolder();
        var run = Tool.Run("report", atlas.Path, "--out", folder["r"], "--quick", "--no-nulls", "--only",
            "values,minimal", "--json");
        Assert.Equal(0, run.Code);
        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(["minimal", "agreement", "confidence"],
            json.GetProperty("sections").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.Equal(["seed", "scale", "minimal", "values", "nulls", "costs"],
            json.GetProperty("results").EnumerateObject().Select(p => p.Name));

        string help = Tool.Run("report", "--help").Out;
        foreach (string study in (string[])["patterns", "minimal", "removal", "values", "composition", "refinement",
            "neural-memory", "causal"])
            Assert.Contains(study, help);
        var none = Tool.Run("report", atlas.Path, "--out", folder["n"], "--only", "value");
        Assert.Equal(2, none.Code);
        Assert.Contains("no study «value»; there are patterns, minimal", none.Error);
    }

    [Fact]
    public void Cells_asked_for_are_shown_and_another_report_is_not_replaced_unasked()
    {
        using var folder = new TemporaryFolder();
        string to = folder["r"], page = Path.Combine(to, "report.html");
        string[] minimal = ["report", atlas.Path, "--out", to, "--quick", "--no-nulls", "--only", "minimal"];
        Assert.Equal(0, Tool.Run([.. minimal, "--cells", "L0/1,L1/2"]).Code);
        string shown = File.ReadAllText(page);
        Assert.Contains("Asked for", shown);
        Assert.Contains("<h4>L0/1</h4>", shown);
        Assert.Contains("<h4>L1/2</h4>", shown);
        Assert.Contains("suppresses", shown);

        var other = Tool.Run([.. minimal, "--seed", "2"]);
        Assert.Equal(1, other.Code);
        Assert.Contains("--force", other.Error);
        Assert.Equal(shown, File.ReadAllText(page));
        Assert.Equal(0, Tool.Run([.. minimal, "--seed", "2", "--force"]).Code);
        Assert.NotEqual(shown, File.ReadAllText(page));

        Assert.Equal(2, Tool.Run([.. minimal, "--cells", "cell 1"]).Code);
        Assert.Equal(1, Tool.Run([.. minimal, "--cells", "L9/1"]).Code);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("There is no atlas", Tool.Run("report", folder["none.atlas"], "--out", folder["r"]).Error);
        Assert.Equal(2, Tool.Run("report", atlas.Path).Code);

        File.WriteAllText(folder["notes.txt"], "mine");
        var full = Tool.Run("report", atlas.Path, "--out", folder.Path, "--quick");
        Assert.Equal(1, full.Code);
        Assert.Contains("name another folder", full.Error);

        // An atlas knows where its text lay; here it lies there no more.
        string text = folder["gone.txt"], moved = folder["moved.atlas"];
        File.Copy(atlas.Text, text);
        Assert.Equal(0, Tool.Run("atlas", "build", "constructed", "--corpus", text, "--out", moved, "--top", "2").Code);
        File.Delete(text);
        var alone = Tool.Run("report", moved, "--out", folder["r"], "--quick");
        Assert.Equal(2, alone.Code);
        Assert.Contains("--corpus", alone.Error);
        Assert.Contains("gone.txt", alone.Error);

        var other = Tool.Run("report", moved, "--out", folder["r"], "--quick", "--corpus", folder["notes.txt"]);
        Assert.Equal(1, other.Code);
        Assert.Contains("not the text the atlas was built from", other.Error);
        Assert.False(Directory.Exists(folder["r"]));
    }
}
