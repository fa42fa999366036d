using System.Text.RegularExpressions;

namespace Loci.Cli.Tests.Repository;

/// <summary>
/// Random numbers come from <c>RandomStream</c>: two generators of one seed are copies of each other, wherever they
/// stand.
/// </summary>
public partial class RandomSourceTests
{
    private const string Home = "src/Loci.Memory/Numerics/RandomStream.cs";

    /// <summary>
    /// Streams that draw from a seed as it is. A new one belongs here only if its numbers already stand in files or
    /// published results.
    /// </summary>
    private static readonly string[] s_kept =
    [
        "FAVOR+ projections", "a stream of the studies", "constructed sentences", "documents held out",
        "first weights", "order of windows", "overwrite texts", "recall texts", "retrieval sequences", "shuffled text",
    ];

    private static IEnumerable<(string File, string Text)> Sources =>
        from file in Checkout.Files()
        where file.EndsWith(".cs", StringComparison.Ordinal) && file != Home
            && (file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("bench/", StringComparison.Ordinal)
                || file.StartsWith("examples/", StringComparison.Ordinal))
        select (file, File.ReadAllText(Checkout.PathOf(file)));

    [Fact]
    public void Generators_are_made_in_one_place()
    {
        string[] made = [.. Sources.SelectMany(source => MadeIn(source.Text).Select(line => $"{source.File}: {line}"))];
        Assert.True(made.Length == 0, $"Take RandomStream.Of(seed, \"what for\"):\n{string.Join('\n', made)}");
    }

    [Theory]
    [InlineData("var random = new Random(seed);")]
    [InlineData("new System.Random(4).Shuffle(lists);")]
    [InlineData("private readonly Random _random = new(seed);")]
    [InlineData("(_length, _random) = (length, new(seed));")]
    [InlineData("int number = Random.Shared.Next();")]
    public void A_generator_made_elsewhere_is_found(string line) => Assert.Single(MadeIn(line));

    [Theory]
    [InlineData("Random random = RandomStream.Of(seed, \"keys\");")]
    [InlineData("private static Transformer Random(ModelSpec spec, int seed)")]
    [InlineData("private readonly List<int> _numbers = new(count);")]
    public void Other_lines_are_not(string line) => Assert.Empty(MadeIn(line));

    [Fact]
    public void Streams_older_than_the_rule_are_known()
    {
        var drawn = Sources.SelectMany(source => Kept().Matches(source.Text)).Select(match => match.Groups[1].Value);
        Assert.Equal(s_kept, drawn.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> MadeIn(string text) =>
        text.Split('\n').Where(line => Made().IsMatch(line)).Select(line => line.Trim());

    [GeneratedRegex(
        @"\bnew\s+(System\.)?Random\b|\bRandom\.Shared\b|\bRandom\??\s+\w+\s*=\s*new\(|\bnew\(\w*[sS]eed\)")]
    private static partial Regex Made();

    [GeneratedRegex("""RandomStream\.Kept\([^"]*"([^"]*)"\)""")]
    private static partial Regex Kept();
}
