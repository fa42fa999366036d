using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Loci.Cluster.Hosting;

/// <summary>What a silo shows of itself: logs, health, OpenTelemetry.</summary>
internal static class Telemetry
{
    /// <summary>Logs to standard error, as text or as one JSON object a line.</summary>
    public static void AddLogs(this ILoggingBuilder logging, bool json, LogLevel level)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        logging.AddFilter("Orleans", level > LogLevel.Information ? level : LogLevel.Warning);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Polly", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(options =>
            options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json) logging.AddJsonConsole(options => options.UseUtcTimestamp = true);
        else
            logging.AddSimpleConsole(options =>
                (options.SingleLine, options.TimestampFormat) = (true, "HH:mm:ss "));
    }

    /// <summary>Metrics and traces to an OTLP collector.</summary>
    public static void AddOtlp(this IHostApplicationBuilder host, Uri? collector)
    {
        if (collector is null) return;
        host.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("loci-cluster"))
            .WithMetrics(metrics => metrics.AddMeter(ClusterMeter.Name, "Microsoft.Orleans")
                .AddOtlpExporter(options => options.Endpoint = collector))
            .WithTracing(traces => traces.AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime")
                .AddOtlpExporter(options => options.Endpoint = collector));
    }

    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: its silo belongs to a cluster.
    /// </summary>
    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<SiloHealth>("silo", tags: ["ready"]);

    /// <inheritdoc cref="AddHealth"/>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
    }

    private sealed class SiloHealth(IGrainFactory grains) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                int jobs = (await grains.GetGrain<Jobs.IJobListGrain>(0).Active()
                    .WaitAsync(TimeSpan.FromSeconds(5), cancellationToken)).Count;
                return HealthCheckResult.Healthy($"{jobs} jobs run");
            }
            catch (Exception e)
            {
                return HealthCheckResult.Unhealthy(e.Message);
            }
        }
    }
}
