using System.Reflection;

namespace Loci.Cli.Tests.Repository.Api;

/// <summary>
/// What each package offers stands in a file beside this one, so that a change of it is seen, and meant. To write the
/// files anew, run these tests with LOCI_UPDATE_API=1.
/// </summary>
public class PublicApiTests
{
    public static TheoryData<string> Packages =>
        ["Loci.Files", "Loci.Tokenizers", "Loci.Checkpoints", "Loci.Memory", "Loci", "Loci.BuiltIn", "Loci.Reports"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_api_is_what_the_snapshot_says(string package)
    {
        string path = Checkout.PathOf($"tests/Loci.Cli.Tests/Repository/Api/{package}.txt");
        string api = PublicApi.Of(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable("LOCI_UPDATE_API") == "1") File.WriteAllText(path, api);
        string[] was = File.Exists(path) ? File.ReadAllLines(path) : [], now = api.TrimEnd('\n').Split('\n');
        Assert.True(
            was.SequenceEqual(now),
            $"The public API of {package} has changed. If it is meant, run these tests with LOCI_UPDATE_API=1 and "
                + "commit the file.\n"
            + string.Join(
                '\n',
                was.Except(now).Select(line => $"- {line.Trim()}")
                    .Concat(now.Except(was).Select(line => $"+ {line.Trim()}"))));
    }

    [Fact]
    public void Every_package_has_a_snapshot_and_a_readme()
    {
        string[] packed =
        [
            .. Checkout.Files().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)
                    && Checkout.Read(file).Contains("<IsPackable>true</IsPackable>", StringComparison.Ordinal))
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];
        Assert.Equal(Packages.Select(row => row.Data).Append("Loci.Cli").Order(), packed.Order());
        Assert.All(packed, package => Assert.True(File.Exists(Checkout.PathOf($"src/{package}/README.md")), package));
    }

    /// <summary>The printer must see what it is for: one of each kind.</summary>
    [Fact]
    public void The_printer_writes_types_and_members_as_csharp_does()
    {
        string api = PublicApi.Of(typeof(Loci.Checkpoints.Checkpoint).Assembly);
        Assert.Contains("abstract class Loci.Checkpoints.Checkpoint : IDisposable\n", api);
        Assert.Contains("    static Checkpoint OpenAny(string path)\n", api);
        Assert.Contains("    bool TryFind(out string name, params ReadOnlySpan<string> candidates)\n", api);
        Assert.Contains(
            "    static void WriteAll(string path, params ReadOnlySpan<(string, long[], float[])> tensors)\n", api);
        Assert.Contains("enum Loci.Checkpoints.TensorType : int\n", api);
        Assert.DoesNotContain("MappedFile", api); // internal
        Assert.DoesNotContain("PrintMembers", api); // a record's, by the compiler
    }
}
