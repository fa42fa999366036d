using System.Globalization;
using Loci.Atlas.Building;
using Loci.Cluster.Jobs;
using Loci.Cluster.Ledgers;

namespace Loci.Cluster.Work;

/// <summary>
/// The folder of a job, which all its workers see: <c>job.json</c>, <c>index</c>, unpacked text, and
/// <c>results/FIRST-END.HASH.partial-atlas</c>. The ledger can be rebuilt from the names of the results alone.
/// </summary>
internal sealed class JobFolder(string path)
{
    private const string Extension = ".partial-atlas";

    public string Path => path;

    public string SpecPath => System.IO.Path.Combine(path, "job.json");

    public string IndexPath => System.IO.Path.Combine(path, "index");

    private string ResultsPath => System.IO.Path.Combine(path, "results");

    /// <summary>Makes the folder.</summary>
    /// <exception cref="LociException">It cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(ResultsPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be made: {e.Message}", e);
        }
    }

    /// <summary>The file of a result.</summary>
    public string PathOf(BlockResult result) =>
        System.IO.Path.Combine(ResultsPath, $"{result.First}-{result.End}.{result.Hash}{Extension}");

    /// <summary>A name for a result that is being written, no other worker's.</summary>
    public string Unfinished(long epoch, string worker) =>
        System.IO.Path.Combine(ResultsPath, $"{worker.Replace('/', '_')}.{epoch}.writing");

    /// <summary>The results that are there, by their names.</summary>
    public IReadOnlyList<RangeResult> Results()
    {
        if (!Directory.Exists(ResultsPath)) return [];
        var results = new List<RangeResult>();
        foreach (var file in new DirectoryInfo(ResultsPath).EnumerateFiles($"*{Extension}"))
            if (Parse(file.Name) is { } result) results.Add(result with { Bytes = file.Length });
        return results;
    }

    /// <summary>Removes everything a finished job does not need any more.</summary>
    public void Delete()
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left over; it is named in the report of the job, and no later job is misled by it.
        }
    }

    private static RangeResult? Parse(string name)
    {
        string[] parts = name.Split('.');
        string[] ends = parts[0].Split('-');
        return parts.Length == 3 && ends.Length == 2 && parts[1].Length == 64
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int end) && first < end
                ? new(new BlockRange(first, end), parts[1], 0)
                : null;
    }
}
