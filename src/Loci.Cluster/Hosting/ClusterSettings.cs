using System.Net;

namespace Loci.Cluster.Hosting;

/// <summary>Where a cluster keeps who belongs to it, and its ledgers.</summary>
internal enum Membership
{
    /// <summary>In the memory of one process.</summary>
    Process,

    /// <summary>In PostgreSQL.</summary>
    PostgreSql,

    /// <summary>In Redis.</summary>
    Redis,
}

/// <summary>What a silo is told.</summary>
internal sealed record ClusterSettings
{
    /// <summary>Silos of one name find each other.</summary>
    public string Cluster { get; init; } = "loci";

    /// <summary>Where membership and ledgers are kept.</summary>
    public Membership Membership { get; init; }

    /// <summary>Npgsql's connection string, or StackExchange.Redis's.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The address others reach this silo at, and the only one its ports are bound to.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port for other silos.</summary>
    public int Port { get; init; } = 11111;

    /// <summary>The port for clients; 0: none.</summary>
    public int Gateway { get; init; } = 30000;

    /// <summary>Seconds after which a silo that does not answer is taken for dead.</summary>
    public double FailureSeconds { get; init; } = 15;

    /// <summary>The certificate of the cluster, with its key; null: no TLS.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; init; }
}
