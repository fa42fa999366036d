namespace Loci.Text.Reading;

internal enum CorpusFormat { PlainText, JsonLines, JsonArray }

/// <summary>From what a person typed to a list of files, and from a file's name to its format.</summary>
internal static class CorpusPaths
{
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            throw new LociException("The corpus names no file; name at least one file, folder or pattern.");
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (string.IsNullOrEmpty(path)) throw new LociException("A path of the corpus is empty.");
            if (File.Exists(path)) files.Add(path);
            else if (Directory.Exists(path)) files.AddRange(InFolder(path));
            else if (Path.GetFileName(path).AsSpan().ContainsAny('*', '?')) files.AddRange(Matching(path));
            else throw new LociException($"{path}: there is no such file or folder.");
        }

        foreach (string file in files)
        {
            InputFile.RequireRegular(file);
            RequireKnown(file);
        }
        return files;
    }

    /// <summary>The format a file name promises, <c>.gz</c> looked through.</summary>
    public static CorpusFormat FormatOf(string path) => Extension(path) switch
    {
        "" or ".txt" or ".text" or ".md" or ".raw" or ".tokens" => CorpusFormat.PlainText,
        ".jsonl" or ".ndjson" => CorpusFormat.JsonLines,
        ".json" => CorpusFormat.JsonArray,
        var other => throw new UnsupportedException(
            $"{path}: a corpus is read from .txt, .jsonl and .json files and their .gz, not from {other}."),
    };

    // A name that promises nothing known is told by what the file holds, where that is known.
    private static void RequireKnown(string path)
    {
        try
        {
            FormatOf(path);
        }
        catch (UnsupportedException)
        {
            if (FileKind.Of(InputFile.Start(path)) is { } kind && kind != FileKind.Json)
                throw new UnsupportedException($"{path}: is {kind.Name}, not text: {kind.Advice}.");
            throw;
        }
    }

    public static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static string Extension(string path) =>
        Path.GetExtension(IsCompressed(path) ? path[..^3] : path).ToLowerInvariant();

    private static string[] InFolder(string folder)
    {
        // Narrower than FormatOf: a folder of data usually has a README.md or a LICENSE beside it.
        string[] files = Ordered(folder, "*", path => Extension(path) is ".txt" or ".jsonl" or ".ndjson" or ".json");
        return files.Length > 0
            ? files
            : throw new LociException($"{folder}: the folder has no .txt, .jsonl or .json file (or .gz of one).");
    }

    private static string[] Matching(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } named ? named : ".";
        if (!Directory.Exists(folder)) throw new LociException($"{pattern}: there is no folder {folder}.");
        string[] files = Ordered(folder, Path.GetFileName(pattern), _ => true);
        return files.Length > 0 ? files : throw new LociException($"{pattern}: no file matches.");
    }

    private static string[] Ordered(string folder, string pattern, Func<string, bool> wanted)
    {
        try
        {
            string[] files = [.. Directory.EnumerateFiles(folder, pattern)
                .Where(path => !Path.GetFileName(path.AsSpan()).StartsWith('.') && wanted(path))];
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LociException($"{folder}: the folder cannot be listed: {e.Message}", e);
        }
    }
}
