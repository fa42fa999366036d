using System.Text.RegularExpressions;

namespace Loci.Cli.Tests.Repository;

/// <summary>
/// The recipes of docs/architecture.md: every file they name exists, and every list holds all there is of its kind.
/// </summary>
public partial class RecipeTests
{
    private const string Architecture = "docs/architecture.md";

    [Fact]
    public void There_are_recipes_for_what_people_add() =>
        Assert.Equal(
            ["a model family", "a study", "a feature map", "an update rule", "a command", "a figure"],
            RecipeTitle().Matches(Checkout.Read(Architecture)).Select(title => title.Groups[1].Value));

    /// <summary>Where a path says NAME, at least one such file is there to be imitated.</summary>
    [Fact]
    public void What_the_page_names_exists()
    {
        string[] paths =
        [
            .. NamedPath().Matches(Checkout.Read(Architecture)).Select(path => path.Groups[1].Value).Distinct(),
        ];
        Assert.True(paths.Length > 20);
        var files = Checkout.Files();
        Assert.All(paths, path => Assert.True(
            path.Contains("NAME", StringComparison.Ordinal)
                ? files.Any(file => Regex.IsMatch(file, $"^{Regex.Escape(path).Replace("NAME", "[A-Za-z0-9]+")}"))
                : Path.Exists(Checkout.PathOf(path)),
            path));
    }

    [Theory]
    [
        InlineData(
            "src/Loci/Models/Families/", @"static Family Family\b", "src/Loci/Models/Families/Family.cs",
            "{0}.Family,"),
    ]
    [InlineData("src/Loci/Studies/", @"static Study<.*> Study\b", "src/Loci.Reports/Studies/StudyList.cs", "{0}.Study")]
    [
        InlineData(
            "src/Loci.Memory/FeatureMaps/", @"static FeatureMapKind ItsKind\b",
            "src/Loci.Memory/FeatureMaps/FeatureMapKind.cs", "{0}.ItsKind"),
    ]
    [
        InlineData(
            "src/Loci.Memory/FastWeights/Rules/", @"class \w+Rule\(",
            "src/Loci.Memory/FastWeights/Rules/UpdateRule.cs", "new {0}()"),
    ]
    [InlineData("src/Loci.Cli/Commands/", @"static Command Create\(", "src/Loci.Cli/LociCommand.cs", "{0}.Create(")]
    public void A_list_holds_every_file_of_its_kind(string folder, string definition, string list, string entry)
    {
        string[] kinds =
        [
            .. Checkout.Files().Where(file =>
                file.StartsWith(folder, StringComparison.Ordinal) && Regex.IsMatch(Checkout.Read(file), definition))
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];
        Assert.True(kinds.Length > 3, $"only {kinds.Length} files of {folder} define one");
        string listed = Checkout.Read(list);
        Assert.All(kinds, kind => Assert.Contains(string.Format(null, entry, kind), listed));
    }

    [Fact]
    public void Every_figure_is_drawn_by_a_section_a_laboratory_or_a_test()
    {
        const string Figures = "src/Loci.Reports/Figures/";
        var code = Checkout.Files().Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).ToArray();
        string[] figures =
        [
            .. code.Where(file => file.StartsWith(Figures, StringComparison.Ordinal)
                    && Checkout.Read(file).Contains(": Figure", StringComparison.Ordinal))
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];
        Assert.True(figures.Length > 3);
        string[] elsewhere =
        [
            .. code.Where(file => !file.StartsWith(Figures, StringComparison.Ordinal)).Select(Checkout.Read),
        ];
        Assert.All(figures, figure =>
            Assert.Contains(elsewhere, text => Regex.IsMatch(text, $@"\b{figure}\b")));
    }

    /// <summary>The page names what the list holds, as far as layers of a model can have it.</summary>
    [Fact]
    public void The_documentation_names_every_rule()
    {
        string page = Checkout.Read("docs/fast-weight-models.md");
        var rules = Loci.Memory.FastWeights.UpdateRule.All.Where(rule => rule.HasChunkForm).ToArray();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.Contains($"`{rule.Name.Replace('_', '-')}`", page));
    }

    [GeneratedRegex("^### Add (.+)$", RegexOptions.Multiline)]
    private static partial Regex RecipeTitle();

    [GeneratedRegex(@"`((?:src|tests|docs|bench|eng)/[\w./-]+)`")]
    private static partial Regex NamedPath();
}
