namespace Loci.Atlas.Storage;

/// <summary>
/// Where a model and a text lay, as an atlas keeps it. What was named by a relative path is kept relative to the
/// atlas's own folder, with <c>/</c>: a folder can be moved as a whole, and the same command gives the same file on
/// every machine.
/// </summary>
internal static class KeptPlaces
{
    /// <summary>A place as an atlas keeps it.</summary>
    /// <param name="place">An absolute path; a path from the current folder that begins with <c>./</c> or <c>../</c>;
    /// or a name.</param>
    /// <param name="atlas">The atlas.</param>
    public static string Keep(string place, string atlas) =>
        IsRelative(place) ? Relative(Path.GetFullPath(place), atlas) : place;

    /// <summary>The same of a file that a person named.</summary>
    public static string KeepFile(string path, string atlas) =>
        Path.IsPathFullyQualified(path) ? path : Relative(Path.GetFullPath(path), atlas);

    /// <summary>The path or the name that an atlas keeps, from here.</summary>
    public static string Find(string place, string atlas) =>
        IsRelative(place) ? Path.GetFullPath(Path.Combine(Folder(atlas), place)) : place;

    /// <summary>What another atlas keeps for the same place.</summary>
    public static string Move(string place, string from, string to) =>
        IsRelative(place) ? Relative(Find(place, from), to) : place;

    private static bool IsRelative(string place) =>
        place is "." or ".." || place.StartsWith("./", StringComparison.Ordinal)
            || place.StartsWith("../", StringComparison.Ordinal);

    private static string Relative(string path, string atlas)
    {
        string relative = Path.GetRelativePath(Folder(atlas), path);
        if (Path.IsPathFullyQualified(relative)) return relative; // on another drive
        relative = relative.Replace(Path.DirectorySeparatorChar, '/');
        return IsRelative(relative) ? relative : "./" + relative;
    }

    private static string Folder(string atlas) => Path.GetDirectoryName(Path.GetFullPath(atlas))!;
}
