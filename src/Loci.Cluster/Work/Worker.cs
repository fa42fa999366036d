using System.Diagnostics;
using Loci.Cluster.Hosting;
using Loci.Cluster.Jobs;
using Loci.Cluster.Ledgers;
using Microsoft.Extensions.Logging;

namespace Loci.Cluster.Work;

/// <summary>
/// One worker: asks for work, does it on a thread of its own, renews its lease meanwhile, hands the result in. Whatever
/// the cluster does to it, it asks again.
/// </summary>
internal sealed class Worker(
    string name, IGrainFactory grains, WorkerSettings settings, Func<JobSpec, JobSite> open, ILogger log)
{
    private readonly Dictionary<string, long> _refusedUntil = [];

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = settings.Idle;
            try
            {
                foreach (string id in await grains.GetGrain<IJobListGrain>(0).Active())
                    if (await Serve(id, stop))
                    {
                        wait = TimeSpan.Zero;
                        break;
                    }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                log.Unreachable(name, e.Message);
                wait = settings.Unreachable;
            }
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> Serve(string id, CancellationToken stop)
    {
        if (_refusedUntil.TryGetValue(id, out long until) && Stopwatch.GetTimestamp() < until) return false;
        var job = grains.GetGrain<IJobGrain>(id);
        if (await job.Spec() is not { } spec) return false;
        JobSite site;
        try
        {
            site = await WorkThread.Run($"{name} opens", () => open(spec));
        }
        catch (LociException e)
        {
            _refusedUntil[id] = Stopwatch.GetTimestamp()
                + (long)(settings.Refused.TotalSeconds * Stopwatch.Frequency);
            await job.Refuse(name, e.Message);
            return false;
        }
        var item = await job.Take(name, site.Identity);
        if (item.Kind is WorkKind.Wait or WorkKind.Over) return false;
        await Do(job, spec, site, item, stop);
        return true;
    }

    private async Task Do(IJobGrain job, JobSpec spec, JobSite site, WorkItem item, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var work = new WorkInHand(name, item);
        var computing = WorkThread.Run($"{name} works", () => Compute(site, item, work, ending.Token));
        await Renew(job, spec, work, computing, ending);
        try
        {
            var (result, hash) = await computing;
            if (result is null) await Insist(() => job.Assembled(work.Beat, hash), spec, stop);
            else await HandIn(job, spec, site, work, result, stop);
        }
        catch (OperationCanceledException)
        {
            await job.Return(work.Beat);
        }
        catch (DamagedResultException e)
        {
            await job.Discard(work.Beat, e.Result, e.Message);
        }
        catch (LociException e)
        {
            await job.Fail(work.Beat, e.Message);
        }
        catch (Exception e) when (e is OutOfMemoryException or IOException)
        {
            await job.Fail(work.Beat, e.Message);
        }
    }

    private (BlockResult? Result, string Hash) Compute(
        JobSite site, WorkItem item, WorkInHand work, CancellationToken cancellation)
    {
        if (item.Kind == WorkKind.Assemble)
            return (null, site.Assemble(item.Results!, Environment.ProcessorCount, cancellation));
        var (result, prefixes) = site.Observe(
            new(item.First, item.End), item.Epoch, name,
            new ImmediateProgress<long>(done => work.Prefixes = done), cancellation);
        work.Finish(prefixes);
        ClusterMeter.Observed(prefixes, work.Beat.Seconds);
        return (result, "");
    }

    // Until the work is done. A lease that is lost ends it; a cluster that does not answer does not.
    private async Task Renew(
        IJobGrain job, JobSpec spec, WorkInHand work, Task computing, CancellationTokenSource ending)
    {
        var every = TimeSpan.FromSeconds(spec.LeaseSeconds / 4);
        while (await Task.WhenAny(computing, Task.Delay(every)) != computing)
        {
            try
            {
                long epoch = await job.Renew(work.Beat);
                if (epoch == 0) await ending.CancelAsync();
                else work.Epoch = epoch;
            }
            catch (Exception e)
            {
                log.Unreachable(name, e.Message);
            }
        }
    }

    private async Task HandIn(
        IJobGrain job, JobSpec spec, JobSite site, WorkInHand work, BlockResult result, CancellationToken stop)
    {
        var reception = Reception.Fenced;
        await Insist(async () => reception = (Reception)await job.Complete(work.Beat, result), spec, stop);
        if (reception == Reception.Fenced) File.Delete(site.Folder.PathOf(result));
    }

    // A result is worth some patience; the lease, meanwhile, may end.
    private async Task Insist(Func<Task> call, JobSpec spec, CancellationToken stop)
    {
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception e) when (patience.Elapsed.TotalSeconds < 2 * spec.LeaseSeconds
                && !stop.IsCancellationRequested)
            {
                log.Unreachable(name, e.Message);
                await Task.Delay(settings.Unreachable, stop);
            }
        }
    }
}

/// <summary>What a worker has in hand.</summary>
internal sealed class WorkInHand(string worker, WorkItem item)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private double? _seconds;

    public long Epoch { get; set; } = item.Epoch;

    public long Prefixes { get; set; }

    public WorkBeat Beat => new(
        Epoch, worker, item.First, item.End, Prefixes,
        _seconds ?? Stopwatch.GetElapsedTime(_start).TotalSeconds);

    /// <summary>The work is done; the time it took is kept.</summary>
    public void Finish(long prefixes) =>
        (Prefixes, _seconds) = (prefixes, Stopwatch.GetElapsedTime(_start).TotalSeconds);
}
