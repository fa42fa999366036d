using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Loci.Cluster.Hosting;

/// <summary>A client of a cluster, for the commands that ask and tell.</summary>
internal static class ClientSetup
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Connects; the host is to be disposed.</summary>
    /// <param name="settings">As of the silos; address and gateway where membership is one process's.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="LociException">There is no such cluster.</exception>
    public static async Task<IHost> Connect(ClusterSettings settings, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => Configure(client, settings));
        var host = builder.Build();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(s_patience);
            await host.StartAsync(patience.Token);
            return host;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            host.Dispose();
            throw new LociException(
                $"There is no cluster «{settings.Cluster}» to be reached {Where(settings)}: {e.Message} Start it with "
                + "«loci-cluster up».", e);
        }
    }

    private static string Where(ClusterSettings settings) => settings.Membership switch
    {
        Membership.PostgreSql => "through PostgreSQL",
        Membership.Redis => "through Redis",
        _ => $"at {settings.Address}:{settings.Gateway}",
    };

    private static void Configure(IClientBuilder client, ClusterSettings settings)
    {
        client.Configure<ClusterOptions>(options =>
            (options.ClusterId, options.ServiceId) = (settings.Cluster, settings.Cluster));
        if (settings.Certificate is { } certificate)
            client.UseTls(options => ClusterTls.Require(options, certificate));
        _ = settings.Membership switch
        {
            Membership.PostgreSql => client.UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (SiloSetup.Npgsql, settings.Connection)),
            Membership.Redis => client.UseRedisClustering(options =>
                options.ConfigurationOptions = ConfigurationOptions.Parse(settings.Connection)),
            _ => client.UseStaticClustering(new IPEndPoint(settings.Address, settings.Gateway)),
        };
    }
}
