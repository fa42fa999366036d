using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Loci.Server.Endpoints;
using Loci.Server.Hosting;
using Loci.Server.Sharing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loci.Server;

/// <summary>
/// The workbench as a server: the page, the contracts of <c>--json</c> over HTTP, events, and tools for agents.
/// </summary>
public sealed class WorkbenchServer : IAsyncDisposable
{
    private const long MostBodyBytes = 4 << 20;

    private readonly WebApplication _app;
    private readonly Workbench _workbench;

    private WorkbenchServer(WebApplication app, Workbench workbench, Uri address) =>
        (_app, _workbench, Address) = (app, workbench, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen; the atlas is opened, or built, meanwhile.</summary>
    /// <exception cref="LociException">The port is taken, or the address is none of this machine's.</exception>
    public static async Task<WorkbenchServer> Start(WorkbenchOptions options, CancellationToken cancel = default)
    {
        if (!IPAddress.IsLoopback(options.Address) && options.Token is null)
            throw new LociException(
                $"Whoever reaches {options.Address} could use this workbench: give a token that he has to know.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddOpenApi(api => api.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Loci workbench", Version = LociVersion.Current };
            return Task.CompletedTask;
        }));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ViewJson.Contract);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, RequestJson.Default);
        });
        var workbench = new Workbench(options);
        builder.Services.AddSingleton(workbench);
        AgentServer.AddTo(builder.Services, workbench).WithHttpTransport(http => http.Stateless = true);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));

        var app = builder.Build();
        app.UseGuard(options);
        app.UseErrors();
        app.MapPage(workbench.WriteToken);
        app.MapWorkbench();
        app.MapCells();
        app.MapBeside();
        app.MapNotes();
        app.MapCellStudies();
        app.MapMaps();
        app.MapPrompts();
        app.MapSwitches();
        app.MapStates();
        app.MapEdits();
        app.MapMcp("/mcp");
        app.MapOpenApi("/openapi.json");
        app.MapFallback(() => Results.NotFound());
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new LociException(Explain(e, options), e);
        }
        workbench.Open();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new(app, workbench, new(addresses.First()));
    }

    /// <summary>Waits until it is told to stop.</summary>
    public async Task Run(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a workbench ends.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var once = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _app.StopAsync(once.Token);
        }
        catch (OperationCanceledException)
        {
            // Streams that did not end in time are cut.
        }
        await _app.DisposeAsync();
        _workbench.Dispose();
    }

    private static string Explain(Exception e, WorkbenchOptions options)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            if (inner is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                return $"Port {options.Port} is taken. Give another with --port, or 0 for a free one.";
            else if (inner is SocketException { SocketErrorCode: SocketError.AccessDenied })
                return $"Port {options.Port} may not be used here. Give another with --port, such as 4747.";
            else if (inner is SocketException { SocketErrorCode: SocketError.AddressNotAvailable })
                return $"{options.Address} is not an address of this machine.";
        return $"The workbench cannot listen at {options.Address}, port {options.Port}: {e.Message}";
    }
}
