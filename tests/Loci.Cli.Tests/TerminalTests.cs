using System.Text.Json;
using CsCheck;
using Loci.Terminal;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>Text from files, models and corpora commands no terminal; widths are as a person asks.</summary>
public sealed class TerminalTests
{
    private const string Hostile = "red \e[31m turned \u202E back\u200B \u0085 end";

    [Fact]
    public void A_hostile_config_is_told_in_visible_signs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json",
            System.Text.Encoding.UTF8.GetBytes($"{{\"model_type\": {JsonSerializer.Serialize(Hostile)}}}"));
        var outcome = Tool.Run("model", "info", folder.Path);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("[31m turned", outcome.Error);
        IsHarmless(outcome);
    }

    [Fact]
    public void A_hostile_corpus_is_searched_and_shown_in_visible_signs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.txt"],
            string.Join('\n', Enumerable.Range(0, 50).Select(_ => "once upon a \e[31mtime\u202E the end")));
        Assert.Equal(
            0, Tool.Run("atlas", "build", "demo", "--corpus", folder["text.txt"], "--unit", "line", "--out",
                folder["a.atlas"]).Code);
        foreach (string[] args in (string[][])[["atlas", "search", folder["a.atlas"], "a"],
            ["atlas", "search", folder["a.atlas"], "\e[31m\u202E"], ["atlas", "show", folder["a.atlas"], "L1/3"]])
        {
            IsHarmless(Tool.Run(args));
            IsHarmless(Tool.Run([.. args, "--json"]));
        }
    }

    [Fact]
    public void What_a_person_typed_is_echoed_in_visible_signs() => Gen.String.Where(text => text.Length > 0).Sample(
        text => IsHarmless(Tool.Run("atlas", "show", "none.atlas", text)), iter: 200, threads: 1);

    [Fact]
    public void A_writer_keeps_characters_that_come_in_halves()
    {
        using var inner = new StringWriter();
        using var writer = new VisibleWriter(inner);
        foreach (char c in "a👩b\e") writer.Write(c);
        Assert.Equal("a👩b␛", inner.ToString());
    }

    [Theory]
    [InlineData("60", 60)]
    [InlineData("100", 100)]
    [InlineData("nonsense", 120)]
    public void Columns_are_honoured_when_piped(string columns, int width)
    {
        using var folder = new TemporaryFolder();
        var outcome = Tool.End(
            Tool.Start(folder.Path, ["model", "run", "constructed", "--text", "once upon a time", "--top", "30"],
                ("COLUMNS", columns)));
        Assert.Equal(width, outcome.Out.Split('\n').Max(line => line.TrimEnd('\r').Length), 12.0);
    }

    [Theory]
    [InlineData("serch", "search")]
    [InlineData("--thread", "--threads")]
    [InlineData("--tpo", "--top")]
    [InlineData("gen", "generate")]
    [InlineData("frobnicate", null)]
    [InlineData("x", null)]
    public void Near_names_are_found(string typed, string? near) =>
        Assert.Equal(near, NearName.Of(typed, ["search", "show", "generate", "--threads", "--top", "--text"]));

    private static void IsHarmless(Outcome outcome)
    {
        foreach (char c in outcome.Out + outcome.Error)
            Assert.True(c is '\n' or '\r' or '\t'
                || !char.IsControl(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format,
                $"U+{(int)c:X4}");
    }
}
