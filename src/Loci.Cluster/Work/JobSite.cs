using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Cluster.Jobs;
using Loci.Models;
using Loci.Text;

namespace Loci.Cluster.Work;

/// <summary>
/// A job as one process sees it: its own copy of the model, the index of the text. Opened once, used by all workers of
/// the process; refused where anything is another.
/// </summary>
internal sealed class JobSite
{
    private readonly JobSpec _spec;
    private readonly Model _model;
    private readonly SentenceIndex _index;
    private readonly AtlasAssembly _assembly;
    private readonly RangeObserver _observer;

    private JobSite(JobSpec spec, Model model, SentenceIndex index)
    {
        (_spec, _model, _index, Folder) = (spec, model, index, new(spec.Folder));
        var options = new AtlasOptions
        {
            Top = spec.Top, ValueTokens = spec.ValueTokens, Unit = index.Unit, MaxSentences = index.MaxSentences,
        };
        SourceFile[] files = [.. spec.Files.Select(f => new SourceFile(f.Name, f.Sha256, f.Bytes, f.Place))];
        _assembly = new(model, options, index.Reading, files, spec.ModelPlace);
        _observer = new(model, index, spec.Top, spec.BatchTokens);
    }

    /// <summary>The job's folder.</summary>
    public JobFolder Folder { get; }

    /// <summary>What this process would compute; the job compares it with its own.</summary>
    public string Identity => _assembly.Identity;

    /// <summary>Opens model and index.</summary>
    /// <exception cref="LociException">They are not there, or not those of the job: says which, and how.</exception>
    public static JobSite Open(JobSpec spec)
    {
        string path = new JobFolder(spec.Folder).IndexPath;
        if (!File.Exists(path))
            throw new LociException(
                $"{Environment.MachineName} does not see {path}: the folder of a job must lie where all workers see it "
                + "under one path.");
        if (PartialFile.Hash(path) is var hash && hash != spec.IndexHash)
            throw new LociException($"{path} is not the index of the job: its hash is {hash[..12]}, not "
                + $"{spec.IndexHash[..12]}.");
        var site = new JobSite(spec, ClusterModel.Open(spec.Model), SentenceIndexFile.Load(path));
        site._model.RequireTokenizer();
        return site.Identity == spec.Identity ? site
            : throw new LociException(
                $"{Environment.MachineName} would build another atlas: "
                + BuildIdentity.Difference(site.Identity, spec.Identity));
    }

    /// <summary>Observes blocks and puts the result into the folder.</summary>
    public (BlockResult Result, long Prefixes) Observe(
        BlockRange range, long epoch, string worker, IProgress<long> progress, CancellationToken cancellation)
    {
        var state = _observer.Observe(range, progress, cancellation);
        string unfinished = Folder.Unfinished(epoch, worker);
        try
        {
            PartialFile.Write(unfinished, Identity, [range], state);
            var result = new BlockResult(
                range.First, range.End, PartialFile.Hash(unfinished), new FileInfo(unfinished).Length);
            cancellation.ThrowIfCancellationRequested(); // the lease was lost while it was written
            File.Move(unfinished, Folder.PathOf(result), overwrite: true);
            return (result, state.Prefixes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{unfinished} cannot be kept: {e.Message}", e);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Joins all results and writes the atlas.</summary>
    /// <param name="results">A result for every block.</param>
    /// <param name="threads">Threads to read values with.</param>
    /// <param name="cancellation">Ends the work; nothing is left behind.</param>
    /// <returns>The hash of the atlas.</returns>
    /// <exception cref="DamagedResultException">A result is missing or damaged.</exception>
    public string Assemble(IReadOnlyList<BlockResult> results, int threads, CancellationToken cancellation)
    {
        if (!_spec.Replace) AtlasBuilder.CheckReplaceable(_spec.Output, Identity);
        var all = new BuildState(_model.Spec, _spec.Top);
        foreach (var result in results)
        {
            cancellation.ThrowIfCancellationRequested();
            all.Merge(Read(result));
        }
        var values = new ValueReader(_model.Transformer, _spec.ValueTokens, new(threads, cancellation));
        _assembly.Write(all, _index.Replaced, _observer.Read, values, _spec.Output, (_, _) => { }, cancellation);
        return PartialFile.Hash(_spec.Output);
    }

    private BuildState Read(BlockResult result)
    {
        string path = Folder.PathOf(result);
        try
        {
            if (PartialFile.Hash(path) != result.Hash)
                throw new InvalidFileException(path, "is damaged: its hash is not the one in its name");
            return PartialFile.Read(path, Identity, [new(result.First, result.End)], _model.Spec, _spec.Top);
        }
        catch (LociException e)
        {
            throw new DamagedResultException(result, e);
        }
    }
}

/// <summary>A result is missing or damaged.</summary>
internal sealed class DamagedResultException(BlockResult result, LociException inner)
    : LociException(inner.Message, inner)
{
    public BlockResult Result => result;
}
