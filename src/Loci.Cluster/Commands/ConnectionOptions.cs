using System.CommandLine;
using System.Net;
using Loci.Cluster.Hosting;

namespace Loci.Cluster.Commands;

/// <summary>Which cluster, and how it is reached.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _cluster = new("--cluster")
    {
        Description = "The cluster's name.", HelpName = "NAME", DefaultValueFactory = _ => "loci",
    };
    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Membership and ledgers in PostgreSQL; without a value what LOCI_CLUSTER_POSTGRES says.",
        HelpName = "CONNECTION", Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _redis = new("--redis")
    {
        Description = "Membership and ledgers in Redis; without a value what LOCI_CLUSTER_REDIS says.",
        HelpName = "CONNECTION", Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string> _address = new("--address")
    {
        Description = "The address the silo is reached at; its ports are bound to it alone.", HelpName = "IP",
        DefaultValueFactory = _ => "127.0.0.1",
    };
    private readonly Option<int> _gateway =
        AtlasJobOptions.Whole("--gateway", "The port for clients.", 30000, 1, 65535);
    private readonly Option<string?> _tls = new("--tls")
    {
        Description = "The cluster's certificate with its key, PKCS#12 without a password: TLS everywhere, and only "
            + "with those who have it too.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_cluster, _postgres, _redis, _address, _gateway, _tls])
            command.Options.Add(option);
    }

    public ClusterSettings Read(ParseResult parsed)
    {
        bool postgres = parsed.GetResult(_postgres) is not null, redis = parsed.GetResult(_redis) is not null;
        if (postgres && redis) throw new UsageException("Membership is in PostgreSQL or in Redis, not in both.");
        if (!IPAddress.TryParse(parsed.GetValue(_address), out var address))
            throw new UsageException($"«{parsed.GetValue(_address)}» is no IP address.");
        return new()
        {
            Cluster = parsed.GetValue(_cluster)!,
            Membership = postgres ? Membership.PostgreSql : redis ? Membership.Redis : Membership.Process,
            Connection = postgres ? Value(parsed.GetValue(_postgres), "LOCI_CLUSTER_POSTGRES", "--postgres")
                : redis ? Value(parsed.GetValue(_redis), "LOCI_CLUSTER_REDIS", "--redis") : "",
            Address = address,
            Gateway = parsed.GetValue(_gateway),
            Certificate = parsed.GetValue(_tls) is { } file ? ClusterTls.Read(file) : null,
        };
    }

    // A password belongs into the environment rather than into the list of processes.
    private static string Value(string? given, string variable, string option) =>
        given ?? Environment.GetEnvironmentVariable(variable)
        ?? throw new UsageException($"Give {option} a connection string, or set {variable}.");
}
