using System.CommandLine;
using Loci.Server;

namespace Loci.Cli.Commands;

/// <summary><c>loci mcp</c>: the workbench as tools for an agent that starts this as a process.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var source = WorkbenchSource.Argument();
        var options = new WorkbenchSource.Options();
        var threads = Shared.Threads();
        var command = new Command(
            "mcp", "Let an agent read a memory: the Model Context Protocol over standard input and output.")
        {
            source, options.Model, options.Atlas, options.Corpus, options.Field, options.Compare,
            options.Journal, options.AgentsMayWrite, threads,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await AgentServer.Run(
                WorkbenchSource.Open(parsed, source, options, parsed.GetValue(threads), cancel), cancel);
            return 0;
        });
        return command.WithExamples("loci mcp demo", "loci mcp model.atlas --model ./model --agents-may-write");
    }
}
