using Loci.Cluster.Ledgers;

namespace Loci.Cluster.Jobs;

/// <summary>
/// A job: holds the ledger and nothing else. No call computes; the longest looks into a folder. The key is the job's
/// name.
/// </summary>
[Alias("loci.job-grain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Begins a job, or goes on with it: results in its folder count.</summary>
    [Alias("submit")] Task Submit(JobSpec spec);

    /// <summary>What the job is; null: there is none.</summary>
    [Alias("spec")] Task<JobSpec?> Spec();

    /// <summary>How it stands.</summary>
    [Alias("status")] Task<JobStatus> Status();

    /// <summary>Gives a worker work.</summary>
    /// <param name="worker">Its name, one a thread and process.</param>
    /// <param name="identity">What it would compute; must be the job's.</param>
    [Alias("take")] Task<WorkItem> Take(string worker, string identity);

    /// <summary>A worker cannot take part, and says why.</summary>
    [Alias("refuse")] Task Refuse(string worker, string reason);

    /// <summary>Prolongs a lease; gives its epoch, or 0 where it is lost.</summary>
    [Alias("renew")] Task<long> Renew(WorkBeat beat);

    /// <summary>Hands in a result, 0 to 3 as <see cref="Reception"/> has them.</summary>
    [Alias("complete")] Task<int> Complete(WorkBeat beat, BlockResult result);

    /// <summary>Tells that the atlas is written.</summary>
    [Alias("assembled")] Task Assembled(WorkBeat beat, string hash);

    /// <summary>Tells that a result is missing or damaged.</summary>
    [Alias("discard")] Task Discard(WorkBeat beat, BlockResult result, string reason);

    /// <summary>Tells that the work failed.</summary>
    [Alias("fail")] Task Fail(WorkBeat beat, string reason);

    /// <summary>Hands a lease back.</summary>
    [Alias("return")] Task Return(WorkBeat beat);

    /// <summary>Stops the job; results are kept.</summary>
    [Alias("cancel")] Task Cancel();
}

/// <summary>The jobs of a cluster that are not over.</summary>
[Alias("loci.jobs-grain")]
public interface IJobListGrain : IGrainWithIntegerKey
{
    /// <summary>Adds one.</summary>
    [Alias("add")] Task Add(string id);

    /// <summary>Strikes one off.</summary>
    [Alias("remove")] Task Remove(string id);

    /// <summary>Those that run, the oldest first.</summary>
    [Alias("active")] Task<IReadOnlyList<string>> Active();

    /// <summary>All there were, the oldest first.</summary>
    [Alias("all")] Task<IReadOnlyList<string>> All();
}
