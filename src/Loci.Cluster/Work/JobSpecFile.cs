using System.Text.Json;
using Loci.Cluster.Jobs;

namespace Loci.Cluster.Work;

/// <summary><c>job.json</c>: a job as a file, from which it can be begun again.</summary>
internal static class JobSpecFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Writes it.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    public static void Write(JobFolder folder, JobSpec spec) =>
        AtomicFile.Write(folder.SpecPath, JsonSerializer.SerializeToUtf8Bytes(spec, s_json));

    /// <summary>Reads the one of a folder.</summary>
    /// <exception cref="LociException">There is none, or it is damaged.</exception>
    public static JobSpec Read(JobFolder folder)
    {
        if (!File.Exists(folder.SpecPath))
            throw new LociException(
                $"{folder.Path} is no folder of a job: it has no job.json. Name the folder that «loci-cluster submit» "
                + "made, ATLAS.job.");
        byte[] bytes = InputFile.Read(folder.SpecPath, InputFile.MostJsonBytes);
        try
        {
            var spec = JsonSerializer.Deserialize<JobSpec>(bytes, s_json)
                ?? throw new JsonException("it is null");
            // The folder may have been moved.
            return spec with { Folder = Path.GetFullPath(folder.Path) };
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(folder.SpecPath, $"is no job: {e.Message}", inner: e);
        }
    }
}
