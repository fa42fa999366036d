namespace Loci.Bench;

/// <summary>
/// Real models and text that are not part of the repository: in LOCI_DATA, or in shared/data beside a parent folder.
/// </summary>
internal static class BenchmarkData
{
    /// <summary>The path of a file or folder of the data, or null where it is absent.</summary>
    public static string? Find(params string[] relative)
    {
        if (Environment.GetEnvironmentVariable("LOCI_DATA") is { Length: > 0 } named) return Existing(named);
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Existing(Path.Combine(at.FullName, "shared", "data")) is { } found)
                return found;
        return null;

        string? Existing(string folder) =>
            Path.Combine([folder, .. relative]) is var path && Path.Exists(path) ? path : null;
    }
}
