using System.Text.Json;
using Loci.Cluster.Jobs;

namespace Loci.Cluster.Commands;

/// <summary>A job on the terminal.</summary>
internal static class JobScreen
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>One line: how far, how fast, how long.</summary>
    public static string Line(JobStatus status, JobPace pace)
    {
        double share = status.Blocks == 0 ? 0 : (double)status.BlocksDone / status.Blocks;
        int at = status.Workers.Count(worker => worker.Doing.StartsWith("blocks", StringComparison.Ordinal));
        return $"{share,4:p0}  {status.BlocksDone:N0} of {status.Blocks:N0} blocks, {status.Prefixes:N0} prefixes, "
            + $"{pace.PrefixesPerSecond:N0}/s, {at} workers{pace.Left(status)}";
    }

    /// <summary>Everything of a job: what it is, what its workers do, what was lost.</summary>
    public static void Write(JobStatus status)
    {
        Console.WriteLine($"{status.Id}: {Stage(status.Stage)}{(status.Error is { } error ? $": {error}" : "")}");
        Console.WriteLine($"  atlas      {status.Output}");
        Console.WriteLine($"  blocks     {status.BlocksDone:N0} of {status.Blocks:N0}, {status.Prefixes:N0} prefixes, "
            + $"{status.Results:N0} results of {status.ResultBytes / 1e6:N1} MB in {status.Folder}");
        Console.WriteLine($"  time       {status.Seconds:N1} s, workers computed {status.WorkSeconds:N1} s "
            + $"({status.WorkSeconds / Math.Max(status.Seconds, 1e-3):N2} at a time), "
            + $"{status.WasteSeconds:N1} s for nothing");
        Console.WriteLine($"  leases     {status.LeasesLost} lost, {status.SecondLeases} given twice; results: "
            + $"{status.Duplicates} twice, {status.Fenced} too late");
        foreach (var worker in status.Workers)
            Console.WriteLine($"  {worker.Name,-28} {worker.Doing,-24} "
                + $"{(worker.PrefixesPerSecond > 0 ? $"{worker.PrefixesPerSecond:N0}/s" : "")}"
                + $"{(worker.Error is { } why ? $"  {why}" : "")}");
    }

    public static void WriteJson(JobStatus status) => Console.WriteLine(JsonSerializer.Serialize(status, s_json));

    private static string Stage(JobStage stage) => stage.ToString().ToLowerInvariant();
}

/// <summary>How fast a job goes, from what was seen of it.</summary>
internal sealed class JobPace
{
    private (double Seconds, int Blocks, long Prefixes)? _first;
    private (double Seconds, int Blocks, long Prefixes) _last;

    public double PrefixesPerSecond => _first is { } first && _last.Seconds > first.Seconds
        ? (_last.Prefixes - first.Prefixes) / (_last.Seconds - first.Seconds) : 0;

    public void See(JobStatus status)
    {
        _last = (status.Seconds, status.BlocksDone, status.Prefixes);
        _first ??= _last;
    }

    public string Left(JobStatus status)
    {
        if (_first is not { } first || _last.Blocks <= first.Blocks) return "";
        double perBlock = (_last.Seconds - first.Seconds) / (_last.Blocks - first.Blocks);
        var left = TimeSpan.FromSeconds(Math.Min(1e9, perBlock * (status.Blocks - status.BlocksDone)));
        return left.TotalHours >= 1 ? $", {(int)left.TotalHours} h {left.Minutes} min left"
            : $", {(int)left.TotalMinutes} min {left.Seconds} s left";
    }
}
