using System.CommandLine;
using Loci.Cluster.Hosting;
using Loci.Cluster.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster submit</c>: gives a cluster a job.</summary>
internal static class SubmitCommand
{
    public static Command Create()
    {
        var job = new AtlasJobOptions();
        var connection = new ConnectionOptions();
        var wait = new Option<bool>("--wait") { Description = "Stay until the job is over, and show how far it is." };
        var json = new Option<bool>("--json") { Description = "Write JSON for machines." };
        var command = new Command("submit", "Give a cluster an atlas to build.");
        job.AddTo(command);
        connection.AddTo(command);
        command.Options.Add(wait);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = connection.Read(parsed);
            var spec = await Task.Run(() => BuildCommand.Prepare(job.Read(parsed), cancel), cancel);
            return await Submit(spec, settings, parsed.GetValue(wait), parsed.GetValue(json), cancel);
        });
        return command.WithExamples(
            "loci-cluster submit /shared/gpt2 --corpus /shared/wiki/*.txt --out /shared/gpt2.atlas --postgres");
    }

    /// <summary>Hands a prepared job over.</summary>
    public static async Task<int> Submit(
        JobSpec spec, ClusterSettings settings, bool wait, bool json, CancellationToken cancel)
    {
        using var host = await ClientSetup.Connect(settings, cancel);
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(spec.Id);
        await grain.Submit(spec);
        if (wait) return JobWatch.End(await JobWatch.Watch(grain, cancel), json);
        Console.WriteLine($"{spec.Id}: {spec.Blocks:N0} blocks. «loci-cluster status {spec.Id}» tells how it stands.");
        return 0;
    }
}
