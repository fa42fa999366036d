namespace Loci.Tests;

/// <summary>Real models and text that are not part of the repository; tests that need them skip without them.</summary>
internal static class SharedData
{
    public static string? Folder { get; } = Find();

    /// <summary>The path of a file or folder of the shared data; skips the calling test where it is absent.</summary>
    public static string Require(params string[] relative)
    {
        string? path = Folder is null ? null : Path.Combine([Folder, .. relative]);
        Assert.SkipUnless(path is not null && Path.Exists(path), $"needs {string.Join('/', relative)} (set LOCI_DATA)");
        return path!;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("LOCI_DATA") is { Length: > 0 } named) return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "data") is var folder && Directory.Exists(folder))
                return folder;
        return null;
    }
}
