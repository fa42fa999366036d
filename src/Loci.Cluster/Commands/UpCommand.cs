using System.CommandLine;
using Loci.Cluster.Hosting;
using Loci.Cluster.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster up</c>: a silo and its workers, until it is stopped.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var connection = new ConnectionOptions();
        var local = AtlasJobOptions.Whole(
            "--local", "Workers of this process, a thread each.", Environment.ProcessorCount, 0, 1024);
        local.Aliases.Add("--workers");
        var port = AtlasJobOptions.Whole("--port", "The port for other silos.", 11111, 1, 65535);
        var http = AtlasJobOptions.Whole(
            "--http", "Port of /health/live and /health/ready, on loopback; 0: none.", 0, 0, 65535);
        var failure = AtlasJobOptions.Whole(
            "--failure-seconds", "After how long a silent silo is taken for dead; shorter than a lease.", 15, 3, 600);
        var otlp = new Option<string?>("--otlp") { Description = "Where OpenTelemetry is sent.", HelpName = "URL" };
        var logs = new Option<string>("--log")
        {
            Description = "The form of the log: text, or json with one object a line.",
            DefaultValueFactory = _ => "text",
        };
        logs.AcceptOnlyFromAmong("text", "json");
        var command = new Command("up", "Run a silo and its workers on this machine, until it is stopped.");
        connection.AddTo(command);
        foreach (var option in (Option[])[local, port, http, failure, otlp, logs]) command.Options.Add(option);
        command.SetAction((parsed, cancel) => Run(
            connection.Read(parsed) with { Port = parsed.GetValue(port), FailureSeconds = parsed.GetValue(failure) },
            parsed.GetValue(local), parsed.GetValue(http), Collector(parsed.GetValue(otlp)),
            parsed.GetValue(logs) == "json", cancel));
        return command.WithExamples(
            "loci-cluster up --local 4",
            "loci-cluster up --postgres --address 10.0.0.2 --tls cluster.pfx --http 8080");
    }

    private static Uri? Collector(string? url) => url is null ? null
        : Uri.TryCreate(url, UriKind.Absolute, out var collector) ? collector
        : throw new UsageException($"«{url}» in --otlp is no URL, such as http://127.0.0.1:4317.");

    private static async Task<int> Run(
        ClusterSettings settings, int workers, int http, Uri? otlp, bool json, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddLogs(json, LogLevel.Information);
        builder.AddOtlp(otlp);
        builder.AddSilo(settings, WorkerSettings.Here(workers));
        if (http > 0)
        {
            builder.Services.AddRoutingCore();
            builder.Services.AddHealth();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(http));
        }
        else
        {
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        }
        await using var app = builder.Build();
        if (http > 0)
        {
            app.UseRouting();
            app.MapHealth();
        }
        await app.StartAsync(cancel);
        await Console.Error.WriteLineAsync(
            $"Silo {settings.Address}:{settings.Port} of cluster «{settings.Cluster}» is up, gateway "
            + $"{settings.Gateway}, "
            + $"{workers} workers.");
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await app.StopAsync(patience.Token);
        return 0;
    }

    /// <summary>In place of a web server where none is wanted.</summary>
    private sealed class NoServer : Microsoft.AspNetCore.Hosting.Server.IServer
    {
        public Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } =
            new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public Task StartAsync<TContext>(
            Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application,
            CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
