namespace Loci.Cluster.Jobs;

/// <summary>
/// What is kept of a job. The files of results say the rest: this is written now and then, and may lag behind.
/// </summary>
[GenerateSerializer, Alias("loci.job-state")]
public sealed class JobState
{
    [Id(0)] public JobSpec? Spec { get; set; }
    [Id(1)] public JobStage Stage { get; set; }
    [Id(2)] public string? Error { get; set; }
    [Id(3)] public int Generation { get; set; }
    [Id(4)] public List<BlockResult> Results { get; set; } = [];
    [Id(5)] public long Prefixes { get; set; }
    [Id(6)] public double Seconds { get; set; }
    [Id(7)] public double WorkSeconds { get; set; }
    [Id(8)] public double WasteSeconds { get; set; }
    [Id(9)] public int LeasesLost { get; set; }
    [Id(10)] public int SecondLeases { get; set; }
    [Id(11)] public int Duplicates { get; set; }
    [Id(12)] public int Fenced { get; set; }
    [Id(13)] public string OutputHash { get; set; } = "";
}

/// <summary>The names of the jobs of a cluster.</summary>
[GenerateSerializer, Alias("loci.jobs-state")]
public sealed class JobListState
{
    [Id(0)] public List<string> Active { get; set; } = [];
    [Id(1)] public List<string> All { get; set; } = [];
}
