using System.Text.Json;
using Loci.Tests;
using Loci.Worlds.Documentation;

namespace Loci.Cli.Tests;

/// <summary>The documentation of libraries as a text.</summary>
public class DocsTests
{
    private const string Library = """
        <doc><assembly><name>System.Formats.Cbor</name></assembly><members>
        <member name="T:A.B"><summary>First.</summary><remarks>Second.</remarks></member>
        <member name="T:A.C"><summary>Third.</summary></member>
        </members></doc>
        """;

    private const string Other = """
        <doc><assembly><name>D</name></assembly><members>
        <member name="T:D.E1"><summary>Fourth.</summary></member>
        </members></doc>
        """;

    [Fact]
    public void Docs_write_writes_a_passage_a_line_its_truth_and_what_is_held_out()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.xml"], Library);
        File.WriteAllText(folder["b.xml"], Other);
        var outcome = Tool.Run("docs", "write", "--xml", folder["b.xml"], folder["a.xml"], "--out", folder["t.txt"],
            "--held-out", folder["h.txt"], "--truth", folder["t.jsonl"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("Fourth.\n", File.ReadAllText(folder["t.txt"]));
        Assert.Equal("First.\nSecond.\n\nThird.\n", File.ReadAllText(folder["h.txt"]));
        var truth = File.ReadLines(folder["t.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["D", "A", "A", "A"], truth.Select(line => line.GetProperty("namespace").GetString()));
        Assert.Equal([false, true, true, true], truth.Select(line => line.GetProperty("held_out").GetBoolean()));
        Assert.Equal("remarks", truth[2].GetProperty("kind").GetString());
        var shown = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(4, shown.GetProperty("passages").GetInt64());
        Assert.Equal(3, shown.GetProperty("held_out").GetInt64());
        Assert.False(shown.TryGetProperty("sdk", out _));

        // Without a file for it, nothing is held out.
        Assert.Equal(0, Tool.Run("docs", "write", "--xml", folder["a.xml"], "--out", folder["t.txt"], "--force").Code);
        Assert.Equal("First.\nSecond.\n\nThird.\n", File.ReadAllText(folder["t.txt"]));
    }

    [Fact]
    public void The_text_of_the_running_sdk_is_found_and_compared_with_that_of_the_model()
    {
        if (SdkDocumentation.Find() is not { } sdk)
        {
            Assert.Skip("no SDK with its libraries' documentation");
            return;
        }
        using var folder = new TemporaryFolder();
        var outcome = Tool.Run("docs", "write", "--out", folder["t.txt"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains(sdk.Version, outcome.Out);
        if (sdk.Version == DemoDocumentation.Version) Assert.Contains(DemoDocumentation.Sha256, outcome.Out);
        Assert.True(new FileInfo(folder["t.txt"]).Length > 5_000_000);
    }

    [Fact]
    public void Bad_input_is_refused_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cut.xml"], Library[..120]);
        Refused(1, "no documentation of an SDK", "--sdk", folder["."]);
        Refused(1, "cut.xml", "--xml", folder["cut.xml"]);
        Refused(1, "none.xml", "--xml", folder["none.xml"]);
        Refused(2, "same file", "--xml", folder["cut.xml"], "--truth", folder["t.txt"]);
        Refused(2, "--sdk and --xml", "--xml", folder["cut.xml"], "--sdk", folder["."]);
        Assert.Equal(["cut.xml"], folder.Names);

        void Refused(int code, string problem, params string[] args)
        {
            var outcome = Tool.Run(["docs", "write", "--out", folder["t.txt"], .. args]);
            Assert.Equal(code, outcome.Code);
            Assert.Contains(problem, outcome.Error);
        }
    }

    [Fact]
    public void An_sdk_of_another_version_works_and_is_said_to_be_another()
    {
        using var folder = new TemporaryFolder();
        string pack = folder["packs/Microsoft.NETCore.App.Ref/11.0.0/ref/net11.0"];
        Directory.CreateDirectory(pack);
        File.WriteAllText(Path.Combine(pack, "b.xml"), Other);
        var outcome = Tool.Run("docs", "write", "--sdk", folder["."], "--out", folder["t.txt"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("11.0.0", outcome.Out);
        Assert.Contains("not the text that demo-docs was trained on", outcome.Out);
    }
}
