using System.CommandLine;
using Loci.Cluster.Hosting;
using Loci.Cluster.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster cancel</c>: stops a job; what is done is kept.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var job = new Argument<string>("JOB") { Description = "The job's name." };
        var connection = new ConnectionOptions();
        var command = new Command("cancel", "Stop a job; its results are kept.") { job };
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var host = await ClientSetup.Connect(connection.Read(parsed), cancel);
            string id = parsed.GetValue(job)!;
            var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(id);
            var status = await grain.Status();
            if (status.Stage != JobStage.Running)
                throw new LociException(status.Stage == JobStage.Unknown ? $"There is no job «{id}»."
                    : $"The job «{id}» does not run: it is {status.Stage.ToString().ToLowerInvariant()}.");
            await grain.Cancel();
            Console.WriteLine($"{id} is cancelled. «loci-cluster resume {status.Folder}» goes on with it.");
            return 0;
        });
        return command.WithExamples("loci-cluster cancel pythia.atlas-1f0a77c2");
    }
}
