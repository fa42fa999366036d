using Loci.Server.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;

namespace Loci.Server;

/// <summary>
/// The tools for agents over standard input and output, as agents of the desktop start them: nothing but the protocol
/// is written there.
/// </summary>
public static class AgentServer
{
    /// <summary>Serves until the input ends.</summary>
    public static async Task Run(WorkbenchOptions options, CancellationToken cancel)
    {
        using var workbench = new Workbench(options);
        workbench.Open();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.ClearProviders();
        AddTo(builder.Services, workbench).WithStdioServerTransport();
        using var host = builder.Build();
        await host.RunAsync(cancel);
    }

    /// <summary>The tools as a server of the protocol.</summary>
    internal static IMcpServerBuilder AddTo(IServiceCollection services, Workbench workbench) => services
        .AddMcpServer(server =>
        {
            server.ServerInfo = new() { Name = "loci", Version = LociVersion.Current };
            server.ServerInstructions =
                "Reads the memories of a transformer: cells of its feed-forward layers, what fires them, what they "
                    + "write, and what happens when they are switched. Claims need a control: intervene, test_cell.";
        })
        .WithTools([.. new AgentTools(workbench).All()])
        .WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, cancel) =>
        {
            try
            {
                return await next(request, cancel);
            }
            catch (LociException e)
            {
                // What an agent can act on, and not «an error occurred».
                return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = e.Message }] };
            }
        }));
}
