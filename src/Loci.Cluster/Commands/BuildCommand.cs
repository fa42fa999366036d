using System.CommandLine;
using Loci.Atlas.Building;
using Loci.Cluster.Hosting;
using Loci.Cluster.Jobs;
using Loci.Cluster.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster build</c>: a cluster of one process, for one job.</summary>
internal static class BuildCommand
{
    public static Command Create()
    {
        var job = new AtlasJobOptions();
        var local = AtlasJobOptions.Whole(
            "--local", "Workers on this machine, a thread each.", Environment.ProcessorCount, 1, 1024);
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Index the text, measure a little, and tell hours and gigabytes; build nothing.",
        };
        var keep = new Option<bool>("--keep") { Description = "Keep the folder of the job when it is done." };
        var json = new Option<bool>("--json") { Description = "Write JSON for machines." };
        var command = new Command("build", "Build an atlas with several workers on this machine.");
        job.AddTo(command);
        foreach (var option in (Option[])[local, dryRun, keep, json]) command.Options.Add(option);
        command.SetAction((parsed, cancel) => parsed.GetValue(dryRun)
            ? Task.Run(() => JobEstimate.Write(job.Read(parsed), parsed.GetValue(local), cancel), cancel)
            : Build(job.Read(parsed), parsed.GetValue(local), parsed.GetValue(keep), parsed.GetValue(json), cancel));
        return command.WithExamples(
            "loci-cluster build ./pythia-160m --corpus wikitext/*.txt --out pythia.atlas --local 4",
            "loci-cluster build ./model --corpus big.jsonl.gz --out big.atlas --dry-run");
    }

    private static async Task<int> Build(
        AtlasJob job, int workers, bool keep, bool json, CancellationToken cancel)
    {
        using var alone = BuildLock.Take(job.Output);
        var spec = await Task.Run(() => Prepare(job, cancel), cancel);
        JobStatus status;
        using (var host = Start(workers))
        {
            await host.StartAsync(cancel);
            var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(spec.Id);
            try
            {
                await grain.Submit(spec);
                status = await JobWatch.Watch(grain, cancel);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine(
                    $"error: Stopped. Results are kept in {spec.Folder}; the same command goes on from there.");
                return 1;
            }
            finally
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await host.StopAsync(patience.Token);
            }
        }
        if (status.Stage == JobStage.Finished && !keep) new JobFolder(spec.Folder).Delete();
        return JobWatch.End(status, json);
    }

    /// <summary>Prepares a job, with a line of progress.</summary>
    public static JobSpec Prepare(AtlasJob job, CancellationToken cancel)
    {
        using var line = new ProgressLine();
        return job.Prepare(
            new ImmediateProgress<long>(read => line.Show(
                $"indexing {read / 1e6:N1} of {job.Corpus.TotalBytes / 1e6:N1} MB of text")), cancel);
    }

    private static IHost Start(int workers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddLogs(json: false, LogLevel.Error);
        int port = SiloSetup.FreePort();
        builder.AddSilo(
            new() { Port = port, Gateway = 0, Cluster = $"build-{port}" },
            WorkerSettings.Here(workers) with { Idle = TimeSpan.FromSeconds(0.1) });
        return builder.Build();
    }
}
