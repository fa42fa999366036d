using System.CommandLine;

namespace Loci.Cli.Tests;

public class HelpTests
{
    public static TheoryData<string> Commands => [.. Words(LociCommand.Create(), "").Where(words => words != "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_help(string words)
    {
        var help = Tool.Run([.. words.Split(' '), "--help"]);
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.StartsWith("Description:\n  ", help.Out.ReplaceLineEndings("\n"));
        Assert.Contains($"loci {words}", help.Out);
        Assert.DoesNotContain("System.", help.Out);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_that_does_something_ends_its_help_with_examples_of_itself(string words)
    {
        if (words is "model" or "atlas" or "world" or "docs" or "annotate" or "lab") return; // they only hold others
        string[] examples = Tool.Run([.. words.Split(' '), "--help"]).Out.ReplaceLineEndings("\n")
            .Split("Examples:\n")[1].TrimEnd().Split('\n');
        Assert.StartsWith($"  loci {words} ", examples[0] + " ");
        Assert.All(examples, example => Assert.True(example.Length <= 100, example));
    }

    /// <summary>What an example says must parse, whatever the files it names.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_parse(string words)
    {
        var examples = Tool.Run([.. words.Split(' '), "--help"]).Out.Split('\n').Select(line => line.Trim())
            .SkipWhile(line => line != "Examples:");
        Assert.All(examples.Where(line => line.StartsWith("loci ", StringComparison.Ordinal)), example =>
            Assert.Empty(LociCommand.Create().Parse(example["loci ".Length..].Split(" > ")[0]).Errors));
    }

    [Fact]
    public void The_tool_alone_and_a_group_alone_show_what_there_is_and_count_as_wrong_usage()
    {
        Assert.Contains("atlas", Tool.Run().Out);
        Assert.Equal(2, Tool.Run().Code);
        Assert.Contains("merge", Tool.Run("atlas").Out);
        Assert.Equal(2, Tool.Run("atlas").Code);
        Assert.Equal(0, Tool.Run("--help").Code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\s*$", Tool.Run("--version").Out);
    }

    private static IEnumerable<string> Words(Command command, string path) =>
        command.Subcommands.SelectMany(sub => Words(sub, $"{path} {sub.Name}".Trim())).Append(path);
}
