using System.Text.RegularExpressions;

namespace Loci.Cli.Tests.Repository;

/// <summary>A type's simple name tells it from every other type of the product, whatever its namespace.</summary>
public partial class TypeNameTests
{
    [Fact]
    public void No_two_types_share_a_name()
    {
        var declared =
            from file in Checkout.Files()
            where file.EndsWith(".cs", StringComparison.Ordinal)
                && (file.StartsWith("src/", StringComparison.Ordinal)
                    || file.StartsWith("bench/", StringComparison.Ordinal))
            let text = File.ReadAllText(Checkout.PathOf(file))
            let space = Namespace().Match(text).Groups[1].Value
            from Match type in Declaration().Matches(text)
            select (Name: type.Groups[1].Value, Full: $"{space}.{type.Groups[1].Value}");
        var shared = declared.Distinct().GroupBy(type => type.Name).Where(types => types.Count() > 1).ToArray();
        Assert.True(shared.Length == 0,
            string.Join('\n', shared.Select(types => string.Join(", ", types.Select(type => type.Full)))));
        Assert.True(declared.Count() > 500, "The declarations are not found.");
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // At the margin: a nested type has the name of its owner to tell it.
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|ref|unsafe)\s+)+" +
        @"(?:class|struct|record struct|record class|record|interface|enum)\s+([A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
