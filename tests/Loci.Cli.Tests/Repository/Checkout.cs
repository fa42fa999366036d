using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Loci.Cli.Tests.Repository;

/// <summary>
/// The files of the repository that these tests were built from; tests that need them skip without them.
/// </summary>
internal static class Checkout
{
    private static readonly string s_root = Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    /// <summary>The path of a file or folder of the repository, written with slashes.</summary>
    public static string PathOf(string relative)
    {
        Assert.SkipUnless(File.Exists(Path.Combine(s_root, "Loci.slnx")), "needs the source tree");
        return Path.Combine([s_root, .. relative.Split('/')]);
    }

    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    /// <summary>
    /// Every file that git tracks or would, with slashes, in ordinal order; outside a checkout every file of the tree.
    /// </summary>
    public static IReadOnlyList<string> Files()
    {
        string root = PathOf(".");
        IEnumerable<string> files = Git("ls-files", "-z", "--cached", "--others", "--exclude-standard") is { } listed
            ? listed.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(file => File.Exists(Path.Combine(root, file)))
            : Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(file =>
                    !file.StartsWith("artifacts/", StringComparison.Ordinal)
                    && !file.StartsWith(".git/", StringComparison.Ordinal));
        return [.. files.Distinct().Order(StringComparer.Ordinal)];
    }

    private static string? Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = s_root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            var ended = Tool.End(Process.Start(start)!);
            return ended.Code == 0 ? ended.Out : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no git on this machine
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
