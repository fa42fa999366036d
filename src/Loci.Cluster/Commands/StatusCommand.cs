using System.CommandLine;
using Loci.Cluster.Hosting;
using Loci.Cluster.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster status</c>: how a job stands, or which jobs there are.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var job = new Argument<string?>("JOB")
        {
            Description = "The job's name; without it, all jobs are told.", Arity = ArgumentArity.ZeroOrOne,
        };
        var connection = new ConnectionOptions();
        var wait = new Option<bool>("--wait") { Description = "Stay until the job is over." };
        var json = new Option<bool>("--json") { Description = "Write JSON for machines." };
        var command = new Command("status", "Tell how a job stands.") { job, wait, json };
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var host = await ClientSetup.Connect(connection.Read(parsed), cancel);
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            if (parsed.GetValue(job) is not { } id) return await WriteAll(grains, parsed.GetValue(json));
            var grain = grains.GetGrain<IJobGrain>(id);
            var status = await grain.Status();
            if (status.Stage == JobStage.Unknown)
                throw new LociException($"There is no job «{id}». «loci-cluster status» tells which there are.");
            if (parsed.GetValue(wait)) return JobWatch.End(await JobWatch.Watch(grain, cancel), parsed.GetValue(json));
            if (parsed.GetValue(json)) JobScreen.WriteJson(status);
            else JobScreen.Write(status);
            return 0;
        });
        return command.WithExamples("loci-cluster status", "loci-cluster status pythia.atlas-1f0a77c2 --wait");
    }

    private static async Task<int> WriteAll(IGrainFactory grains, bool json)
    {
        var all = await grains.GetGrain<IJobListGrain>(0).All();
        if (all.Count == 0 && !json) Console.WriteLine("There is no job.");
        foreach (string id in all)
        {
            var status = await grains.GetGrain<IJobGrain>(id).Status();
            if (json) JobScreen.WriteJson(status);
            else
                Console.WriteLine($"{id,-40} {status.Stage.ToString().ToLowerInvariant(),-10} "
                    + $"{status.BlocksDone:N0} of {status.Blocks:N0} blocks");
        }
        return 0;
    }
}
