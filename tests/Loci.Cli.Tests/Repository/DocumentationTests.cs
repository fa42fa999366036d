using System.Text.RegularExpressions;

namespace Loci.Cli.Tests.Repository;

/// <summary>What the documentation tells people to type can be typed, and what it points to is there.</summary>
public partial class DocumentationTests
{
    public static TheoryData<string> Pages =>
        [.. Checkout.Files().Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_of_a_page_parses(string page)
    {
        foreach (string command in CommandLines(Checkout.Read(page)))
            if (ToolArguments(command) is { } arguments)
            {
                var errors = LociCommand.Create().Parse(arguments).Errors;
                Assert.True(errors.Count == 0, $"{command}: {string.Join(' ', errors.Select(error => error.Message))}");
            }
            else if (Program().Match(command) is { Success: true } program)
                Assert.True(
                    Path.Exists(Checkout.PathOf(program.Groups[1].Value)), $"{command}: no {program.Groups[1].Value}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_that_a_page_mentions_exists(string page)
    {
        foreach (Match mention in Mention().Matches(Checkout.Read(page)))
        {
            var command = LociCommand.Create();
            foreach (string word in mention.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (command.Subcommands.Count == 0) break; // what follows are arguments
                var next = command.Subcommands.FirstOrDefault(each => each.Name == word);
                Assert.True(
                    next is not null || !WordOfTheTool().IsMatch(word), $"{mention.Value}: no command «{word}»");
                if (next is null) break;
                command = next;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_to_a_file(string page)
    {
        string folder = Path.GetDirectoryName(Checkout.PathOf(page))!;
        foreach (Match link in Link().Matches(Checkout.Read(page)))
            if (link.Groups[1].Value is var target && !target.Contains("://", StringComparison.Ordinal)
                && target.Split('#')[0] is { Length: > 0 } file)
                Assert.True(Path.Exists(Path.Combine(folder, file)), $"{page} links to {target}");
    }

    [Fact]
    public void The_index_of_the_documentation_is_whole()
    {
        string readme = Checkout.Read("README.md");
        var pages = Checkout.Files().Where(file => Regex.IsMatch(file, @"^docs/[^/]+\.md$"));
        Assert.All(pages, page => Assert.Contains($"({page})", readme));
    }

    [Fact]
    public void The_list_of_examples_is_whole()
    {
        string readme = Checkout.Read("examples/README.md");
        var examples = Checkout.Files().Where(file => Regex.IsMatch(file, @"^examples/[^/]+\.cs$")).ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains($"({Path.GetFileName(example)})", readme));
        Assert.All(examples, example => Assert.Contains("\n// Prints:\n// ", Checkout.Read(example)));
    }

    // Lines of code blocks that are no C#; comments and explanations after three blanks cut off.
    private static IEnumerable<string> CommandLines(string page)
    {
        string language = "";
        bool inside = false;
        foreach (string line in page.Split('\n'))
            if (line.StartsWith("```", StringComparison.Ordinal)) (inside, language) = (!inside, line[3..]);
            else if (inside && language is "" or "sh" or "bash")
                foreach (string command in Explanation().Split(line.Trim())[0].Split(" && "))
                    yield return command.Trim();
    }

    private static string? ToolArguments(string command)
    {
        if (command.EndsWith('\\')) return null; // goes on in the next line
        foreach (string start in
            (string[])["loci ", "bin/loci ", "dotnet run -c Release --project src/Loci.Cli -- ", "dnx Loci.Cli "])
            if (command.StartsWith(start, StringComparison.Ordinal))
                return command[start.Length..].Split(" > ")[0];
        return null;
    }

    [GeneratedRegex(@"   +| +#")]
    private static partial Regex Explanation();

    [
        GeneratedRegex(
            @"^(?:dotnet \w+ (?:-c Release )?(?:--project )?)?((?:src|tests|bench|eng|examples|\.ci)/[\w./-]+)"),
    ]
    private static partial Regex Program();

    [GeneratedRegex(@"`loci ([^`]+)`")]
    private static partial Regex Mention();

    [GeneratedRegex("^[a-z]+$")]
    private static partial Regex WordOfTheTool();

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex Link();
}
