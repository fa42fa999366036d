using Loci.Cluster.Jobs;

namespace Loci.Cluster.Commands;

/// <summary>Stays with a job until it is over.</summary>
internal static class JobWatch
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(0.5);

    /// <summary>Shows progress until the end; an unreachable cluster is waited for.</summary>
    /// <returns>How the job stands then.</returns>
    public static async Task<JobStatus> Watch(IJobGrain job, CancellationToken cancellation)
    {
        using var line = new ProgressLine();
        var pace = new JobPace();
        while (true)
        {
            try
            {
                var status = await job.Status();
                if (status.Stage != JobStage.Running) return status;
                pace.See(status);
                line.Show(JobScreen.Line(status, pace));
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or System.Net.Sockets.SocketException
                or ObjectDisposedException)
            {
                line.Show($"the cluster does not answer: {e.Message}");
            }
            await Task.Delay(s_every, cancellation);
        }
    }

    /// <summary>Tells how it ended; gives the exit code.</summary>
    public static int End(JobStatus status, bool json)
    {
        if (json) JobScreen.WriteJson(status);
        else JobScreen.Write(status);
        if (status.Stage == JobStage.Finished) return 0;
        Console.Error.WriteLine(
            $"error: the job {status.Id} {(status.Stage == JobStage.Cancelled ? "was cancelled" : "failed")}"
            + $"{(status.Error is { } error ? $": {error}" : "")}. Its results are kept in {status.Folder}; "
            + "the same command, or «loci-cluster resume», goes on from there.");
        return 1;
    }
}
