using System.Diagnostics.Metrics;

namespace Loci.Cluster.Hosting;

/// <summary>What the workers of this process count, for OpenTelemetry.</summary>
internal static class ClusterMeter
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Loci.Cluster";

    private static readonly Meter s_meter = new(Name);
    private static readonly Counter<long> s_prefixes = s_meter.CreateCounter<long>(
        "loci.prefixes", description: "Prefixes observed.");
    private static readonly Histogram<double> s_seconds = s_meter.CreateHistogram<double>(
        "loci.range.seconds", "s", "Seconds that ranges took.");

    /// <summary>A range was observed.</summary>
    public static void Observed(long prefixes, double seconds)
    {
        s_prefixes.Add(prefixes);
        s_seconds.Record(seconds);
    }
}
