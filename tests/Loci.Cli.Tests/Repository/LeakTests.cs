namespace Loci.Cli.Tests.Repository;

/// <summary>The repository speaks of the product alone: no machine it was made on, no tracker, no proxy.</summary>
public class LeakTests
{
    // Put together here, so that this file does not find itself.
    private static readonly (string Word, string[] Allowed)[] s_foreign =
    [
        ("/wo" + "rk/", []),
        ("/ro" + "ot/", []),
        ("/home/" + "runner", []),
        ("../sha" + "red", ["tests/Loci.Tests/SharedData.cs"]),
        ("issue" + " #", []),
        ("issues" + " show", []),
        ("api.nuget" + ".org", []),
        ("artifactory", []), ("pypi.org" + "/simple", []), ("registry.npm" + "js.org", []),
    ];

    [Fact]
    public void No_file_names_a_machine_a_registry_or_a_tracker()
    {
        var found = new List<string>();
        foreach (string file in
            Checkout.Files().Where(file => !file.EndsWith("LeakTests.cs", StringComparison.Ordinal)))
        {
            string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Checkout.PathOf(file)));
            foreach (var (word, allowed) in s_foreign)
                if (text.Contains(word, StringComparison.OrdinalIgnoreCase) && !allowed.Contains(file))
                    found.Add($"{file}: {word}");
        }
        Assert.Empty(found);
    }
}
