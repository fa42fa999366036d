using System.Net;
using System.Net.Sockets;
using Loci.Cluster.Jobs;
using Loci.Cluster.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Loci.Cluster.Hosting;

/// <summary>A silo and its workers, as settings say.</summary>
internal static class SiloSetup
{
    /// <summary>ADO.NET's name for Npgsql.</summary>
    public const string Npgsql = "Npgsql";

    private const int MissedProbes = 3;

    public static void AddSilo(this IHostApplicationBuilder host, ClusterSettings settings, WorkerSettings workers)
    {
        host.Services.TryAddSingleton(TimeProvider.System);
        host.UseOrleans(silo => Configure(silo, settings));
        host.Services.AddSingleton(workers);
        host.Services.AddHostedService<WorkerService>();
    }

    /// <summary>A port that is free on loopback.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void Configure(ISiloBuilder silo, ClusterSettings settings)
    {
        silo.Configure<ClusterOptions>(options =>
            (options.ClusterId, options.ServiceId) = (settings.Cluster, settings.Cluster));
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = settings.Address;
            options.SiloPort = settings.Port;
            options.GatewayPort = settings.Gateway;
            // Bound to that address alone, not to all the machine has.
            options.SiloListeningEndpoint = new(settings.Address, settings.Port);
            if (settings.Gateway > 0) options.GatewayListeningEndpoint = new(settings.Address, settings.Gateway);
        });
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(settings.FailureSeconds / MissedProbes);
            options.NumMissedProbesLimit = MissedProbes;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(Math.Min(60, settings.FailureSeconds));
            // What died in one go must not be waited for by those who come after.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(Math.Min(30, settings.FailureSeconds));
            options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
        if (settings.Certificate is { } certificate)
            silo.UseTls(options => ClusterTls.Require(options, certificate));
        switch (settings.Membership)
        {
            case Membership.PostgreSql:
                silo.UseAdoNetClustering(options =>
                    (options.Invariant, options.ConnectionString) = (Npgsql, settings.Connection));
                silo.AddAdoNetGrainStorage(JobGrain.Storage, options =>
                    (options.Invariant, options.ConnectionString) = (Npgsql, settings.Connection));
                break;
            case Membership.Redis:
                silo.UseRedisClustering(options =>
                    options.ConfigurationOptions = ConfigurationOptions.Parse(settings.Connection));
                silo.AddRedisGrainStorage(JobGrain.Storage, options =>
                    options.ConfigurationOptions = ConfigurationOptions.Parse(settings.Connection));
                break;
            default:
                silo.UseDevelopmentClustering(new IPEndPoint(settings.Address, settings.Port));
                silo.AddMemoryGrainStorage(JobGrain.Storage);
                break;
        }
    }
}
