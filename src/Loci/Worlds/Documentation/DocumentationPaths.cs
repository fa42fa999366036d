namespace Loci.Worlds.Documentation;

/// <summary>Finds the documentation files that a person names.</summary>
public static class DocumentationPaths
{
    /// <summary>The files of paths, in order.</summary>
    /// <param name="paths">
    /// Each a file; or a folder, such as that of a package, which stands for every XML file in it, however deep, beside
    /// which there is a dll of the same name, in ordinal order of their paths.
    /// </param>
    /// <exception cref="LociException">A path leads to nothing, or a folder has no such file.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }
            string[] found = [.. In(path).Order(StringComparer.Ordinal)];
            if (found.Length == 0)
                throw new LociException(
                    $"{path} holds no documentation: no XML file with a .dll of the same name beside it.");
            files.AddRange(found);
        }
        return files;
    }

    private static IEnumerable<string> In(string folder)
    {
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint,
        };
        return Directory.EnumerateFiles(folder, "*.xml", all)
            .Where(file => File.Exists(Path.ChangeExtension(file, ".dll")));
    }
}
