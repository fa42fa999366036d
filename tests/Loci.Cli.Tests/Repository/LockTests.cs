using System.Text.Json;
using System.Xml.Linq;

namespace Loci.Cli.Tests.Repository;

/// <summary>
/// A lock file that lags behind its project stops the first build that enforces it, and no plain build: what a project
/// refers to stands in its lock. <c>eng/lock</c> writes them all.
/// </summary>
public class LockTests
{
    public static TheoryData<string> Projects =>
    [
        .. Checkout.Files().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)),
    ];

    [Theory, MemberData(nameof(Projects))]
    public void References_are_locked(string project)
    {
        string folder = Path.GetDirectoryName(Checkout.PathOf(project))!;
        string file = Path.Combine(folder, "packages.lock.json");
        Assert.True(File.Exists(file), $"{project} has no lock: run eng/lock");
        using var locks = JsonDocument.Parse(File.ReadAllBytes(file));
        var locked = new HashSet<string>(
            locks.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject()).Select(package => package.Name),
            StringComparer.OrdinalIgnoreCase);
        var said = XDocument.Load(Checkout.PathOf(project));
        string[] wanted =
        [
            .. Included(said, "PackageReference"),
            .. Included(said, "ProjectReference").Select(reference => NameOf(Path.Combine(folder, reference))),
        ];
        Assert.All(wanted, name => Assert.True(locked.Contains(name), $"{file} lacks {name}: run eng/lock"));
    }

    private static IEnumerable<string> Included(XDocument project, string item) =>
        project.Descendants(item).Select(reference => (string)reference.Attribute("Include")!);

    // A lock names a project by its assembly.
    private static string NameOf(string project) =>
        XDocument.Load(project).Descendants("AssemblyName").FirstOrDefault()?.Value
        ?? Path.GetFileNameWithoutExtension(project);
}
