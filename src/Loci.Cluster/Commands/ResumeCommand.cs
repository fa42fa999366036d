using System.CommandLine;
using Loci.Cluster.Work;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster resume</c>: gives a cluster a job again, from its folder alone.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "The folder of the job, ATLAS.job: what is done in it counts.",
        };
        var connection = new ConnectionOptions();
        var wait = new Option<bool>("--wait") { Description = "Stay until the job is over." };
        var json = new Option<bool>("--json") { Description = "Write JSON for machines." };
        var command = new Command("resume", "Go on with a job that failed or was cancelled, or whose cluster is gone.")
        {
            folder, wait, json,
        };
        connection.AddTo(command);
        command.SetAction((parsed, cancel) => SubmitCommand.Submit(
            JobSpecFile.Read(new(parsed.GetValue(folder)!)), connection.Read(parsed), parsed.GetValue(wait),
            parsed.GetValue(json), cancel));
        return command.WithExamples("loci-cluster resume /shared/pythia.atlas.job --postgres --wait");
    }
}
