using System.Runtime.InteropServices;

namespace Loci.Worlds.Documentation;

/// <summary>
/// The documentation that the .NET SDK carries of its own libraries: some ten million characters that people wrote, on
/// every machine with an SDK (MIT licence). It lies beside the reference assemblies, in the SDK's folder <c>packs</c>.
/// </summary>
public sealed class SdkDocumentation
{
    private static readonly string[] s_packs = ["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"];

    private SdkDocumentation(IReadOnlyList<string> folders, string version, IReadOnlyList<string> files) =>
        (Folders, Version, Files) = (folders, version, files);

    /// <summary>The folders of the reference packs.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The version of the packs, such as 10.0.1.</summary>
    public string Version { get; }

    /// <summary>Its files, in the order of their names, pack by pack.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The documentation of the newest SDK that is found; null where there is none.</summary>
    public static SdkDocumentation? Find() => Roots().Select(In).FirstOrDefault(found => found is not null);

    /// <summary>The documentation in the folder of an SDK, the one with <c>packs</c>; null where it has none.</summary>
    public static SdkDocumentation? In(string root)
    {
        List<string> folders = [], files = [];
        string? version = null;
        foreach (string pack in s_packs)
        {
            if (Newest(System.IO.Path.Combine(root, "packs", pack)) is not { } found) continue;
            string reference = System.IO.Path.Combine(found, "ref");
            if (!Directory.Exists(reference)) continue;
            string[] own =
            [
                .. Directory.EnumerateDirectories(reference).Order(StringComparer.Ordinal).Take(1)
                    .SelectMany(folder => Directory.EnumerateFiles(folder, "*.xml")).Order(StringComparer.Ordinal),
            ];
            if (own.Length == 0) continue;
            version ??= System.IO.Path.GetFileName(found);
            folders.Add(found);
            files.AddRange(own);
        }
        return version is null ? null : new(folders, version, files);
    }

    // Where the running runtime lies comes first: its SDK is the one in use.
    private static IEnumerable<string> Roots()
    {
        List<string?> roots = [Environment.GetEnvironmentVariable("DOTNET_ROOT"), OfRuntime(), OfPath()];
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        roots.AddRange(
        [
            "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet",
            System.IO.Path.Combine(home, ".dotnet"),
            System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet"),
        ]);
        return roots.OfType<string>().Where(root => root.Length > 0).Distinct();
    }

    // …/shared/Microsoft.NETCore.App/10.0.1/ → …
    private static string? OfRuntime() =>
        new DirectoryInfo(
            RuntimeEnvironment.GetRuntimeDirectory()) is { Parent: { Parent: { Parent: { } root } } family }
            && family.Name == "Microsoft.NETCore.App"
            ? root.FullName
            : null;

    private static string? OfPath()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = System.IO.Path.Combine(folder, name);
            if (!File.Exists(path)) continue;
            string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return System.IO.Path.GetDirectoryName(real);
        }
        return null;
    }

    private static string? Newest(string pack) =>
        !Directory.Exists(pack)
            ? null
            : Directory.EnumerateDirectories(pack)
                .Select(folder => (folder, version: ParseVersion(System.IO.Path.GetFileName(folder))))
                .Where(found => found.version is not null)
                .OrderBy(found => found.version!.Value.Number).ThenBy(found => found.version!.Value.Released)
                .ThenBy(found => found.folder, StringComparer.Ordinal).LastOrDefault().folder;

    // 11.0.0-preview.2 comes before 11.0.0.
    private static (System.Version Number, bool Released)? ParseVersion(string name)
    {
        string[] parts = name.Split('-', 2);
        return System.Version.TryParse(parts[0], out var number) ? (number, parts.Length == 1) : null;
    }
}
