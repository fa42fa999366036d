using System.Security.Cryptography;
using System.Collections.Concurrent;
using Loci.Cluster.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loci.Cluster.Work;

/// <summary>The workers of a process, beside its silo.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="settings">How many, and how they behave.</param>
/// <param name="log">Where they write.</param>
internal sealed class WorkerService(IGrainFactory grains, WorkerSettings settings, ILogger<WorkerService> log)
    : BackgroundService
{
    private readonly ConcurrentDictionary<string, Lazy<JobSite>> _sites = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Enumerable.Range(1, settings.Workers).Select(number => new Worker(
            $"{settings.Name}/{number}", grains, settings, Site, log).Run(stoppingToken)));

    // One copy of the weights a process; what cannot be opened is tried again later.
    private JobSite Site(JobSpec spec)
    {
        string key = $"{spec.Model}\n{spec.Folder}\n{spec.IndexHash}\n{spec.Identity}";
        try
        {
            return _sites.GetOrAdd(key, _ => new(() => JobSite.Open(spec))).Value;
        }
        catch
        {
            _sites.TryRemove(key, out _);
            throw;
        }
    }
}

/// <summary>The workers of a process.</summary>
/// <param name="Name">A name no other process has: machine and process.</param>
/// <param name="Workers">How many; a thread each.</param>
internal sealed record WorkerSettings(string Name, int Workers)
{
    /// <summary>How long an idle worker waits before it asks again.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>How long it waits where the cluster does not answer.</summary>
    public TimeSpan Unreachable { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one that was refused waits before it tries again.</summary>
    public TimeSpan Refused { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>This process.</summary>
    public static WorkerSettings Here(int workers) =>
        new(
            $"{Environment.MachineName}-{Environment.ProcessId}-"
            + $"{RandomNumberGenerator.GetHexString(4, lowercase: true)}", workers);
}
