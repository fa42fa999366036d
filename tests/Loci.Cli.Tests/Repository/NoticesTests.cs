using System.Reflection;

namespace Loci.Cli.Tests.Repository;

/// <summary>Whatever the tool is built on is named in the notices, with its licence.</summary>
public class NoticesTests
{
    [Fact]
    public void Every_assembly_beside_the_tool_that_is_not_ours_is_named()
    {
        string notices = Checkout.Read("THIRD-PARTY-NOTICES.md");
        var pending = new Queue<Assembly>([typeof(LociCommand).Assembly]);
        var seen = new HashSet<string>();
        while (pending.TryDequeue(out var assembly))
            foreach (var name in assembly.GetReferencedAssemblies())
                // What has no file beside the tool belongs to .NET.
                if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{name.Name}.dll")) && seen.Add(name.Name!))
                    pending.Enqueue(Assembly.Load(name));
        string[] foreign =
        [
            .. seen.Where(name => name != "Loci" && !name.StartsWith("Loci.", StringComparison.Ordinal)),
        ];
        Assert.Contains("Spectre.Console", foreign);
        Assert.Contains("Microsoft.Data.Sqlite", foreign);
        Assert.All(foreign, name => Assert.Contains(PackageOf(name), notices));
    }

    // The table writes the packages of one family short: «SQLitePCLRaw.core, .bundle_e_sqlite3».
    private static string PackageOf(string assembly) => assembly switch
    {
        "SQLitePCLRaw.batteries_v2" => ".bundle_e_sqlite3",
        "SQLitePCLRaw.provider.e_sqlite3" => ".provider.e_sqlite3",
        "ZstdSharp" => "ZstdSharp.Port",
        "Parquet" => "Parquet.Net",
        _ => assembly,
    };
}
