using Loci.Checkpoints;

namespace Loci.Models.Hub;

/// <summary>
/// The folder of one model in the cache that Hugging Face's own tools use: <c>blobs</c> named by hash, <c>refs</c> that
/// say which commit a branch was, <c>snapshots</c> of links by commit, and <c>.no_exist</c> for files known to be
/// absent.
/// </summary>
internal sealed class HubCache(string cacheFolder, HubModelId model)
{
    private readonly string _folder = Path.Combine(cacheFolder, FolderName(model));

    public string Blob(string hash) => Path.Combine(_folder, "blobs", hash);

    public string Lock(string hash) => Path.Combine(cacheFolder, ".locks", FolderName(model), hash + ".lock");

    public string Snapshot(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>The snapshot of the wanted revision, if the cache knows it.</summary>
    public string? FindSnapshot()
    {
        string? commit = HubModelId.IsCommit(model.Revision) ? model.Revision : ReadRef();
        return commit is not null && Directory.Exists(Snapshot(commit)) ? Snapshot(commit) : null;
    }

    /// <summary>What of a snapshot is missing to open the model; null where nothing is.</summary>
    public static string? Missing(string snapshot)
    {
        if (!File.Exists(Path.Combine(snapshot, HubFiles.Config))) return HubFiles.Config;
        string? start = ModelFolder.Starts.FirstOrDefault(name => File.Exists(Path.Combine(snapshot, name)));
        if (start is null) return ModelFolder.SingleFile;
        return start.EndsWith(".index.json", StringComparison.Ordinal)
            ? ShardIndex.Read(Path.Combine(snapshot, start)).Shards
                .FirstOrDefault(shard => !File.Exists(Path.Combine(snapshot, shard)))
            : null;
    }

    /// <summary>True when nothing is missing and every optional file is there or known to be absent.</summary>
    public bool IsComplete(string snapshot)
    {
        if (Missing(snapshot) is not null) return false;
        var there = Directory.GetFiles(snapshot).Select(path => Path.GetFileName(path)!)
            .ToHashSet(StringComparer.Ordinal);
        return HubFiles.Beside(there)
            .All(file => there.Contains(file) || File.Exists(AbsenceMark(Path.GetFileName(snapshot), file)));
    }

    /// <summary>Remembers which optional files a commit does not have.</summary>
    public void MarkAbsent(string commit, IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(AbsenceMark(commit, file))!);
            AtomicFile.Write(AbsenceMark(commit, file), []);
        }
    }

    /// <summary>Puts a blob into a snapshot: a relative link, or a copy where the file system has no links.</summary>
    public void Link(string commit, string file, string hash)
    {
        string path = Path.Combine(Snapshot(commit), file), temporary = $"{path}.{Guid.NewGuid():N}.partial";
        Directory.CreateDirectory(Snapshot(commit));
        File.Delete(temporary);
        try
        {
            File.CreateSymbolicLink(temporary, Path.Combine("..", "..", "blobs", hash));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Copy(Blob(hash), temporary);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Remembers which commit the wanted revision is.</summary>
    public void WriteRef(string commit)
    {
        if (HubModelId.IsCommit(model.Revision)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(RefPath)!);
        AtomicFile.Write(RefPath, System.Text.Encoding.ASCII.GetBytes(commit));
    }

    private string RefPath => Path.Combine(_folder, "refs", model.Revision);

    private string? ReadRef() =>
        File.Exists(RefPath) && new FileInfo(RefPath).Length <= 64
        && File.ReadAllText(RefPath).Trim() is var commit && HubModelId.IsCommit(commit)
            ? commit
            : null;

    private string AbsenceMark(string commit, string file) => Path.Combine(_folder, ".no_exist", commit, file);

    private static string FolderName(HubModelId model) =>
        "models--" + model.Name.Replace("/", "--", StringComparison.Ordinal);
}
