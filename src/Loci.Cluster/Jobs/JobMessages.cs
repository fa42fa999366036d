namespace Loci.Cluster.Jobs;

/// <summary>What a worker is to do.</summary>
public enum WorkKind
{
    /// <summary>Nothing now; ask again.</summary>
    Wait,

    /// <summary>Observe blocks.</summary>
    Observe,

    /// <summary>Join all results and write the atlas.</summary>
    Assemble,

    /// <summary>The job is over.</summary>
    Over,
}

/// <summary>Work for one worker.</summary>
[GenerateSerializer, Immutable, Alias("loci.work")]
public sealed record WorkItem(
    [property: Id(0)] WorkKind Kind, [property: Id(1)] long Epoch = 0, [property: Id(2)] int First = 0,
    [property: Id(3)] int End = 0, [property: Id(4)] IReadOnlyList<BlockResult>? Results = null);

/// <summary>The result of some blocks: a file in the job's folder, named by blocks and hash.</summary>
[GenerateSerializer, Immutable, Alias("loci.result")]
public sealed record BlockResult(
    [property: Id(0)] int First, [property: Id(1)] int End, [property: Id(2)] string Hash,
    [property: Id(3)] long Bytes);

/// <summary>How far a worker is.</summary>
[GenerateSerializer, Immutable, Alias("loci.beat")]
public sealed record WorkBeat(
    [property: Id(0)] long Epoch, [property: Id(1)] string Worker, [property: Id(2)] int First,
    [property: Id(3)] int End, [property: Id(4)] long Prefixes, [property: Id(5)] double Seconds);

/// <summary>What a worker does, for those who watch.</summary>
[GenerateSerializer, Immutable, Alias("loci.worker")]
public sealed record WorkerLine(
    [property: Id(0)] string Name, [property: Id(1)] string Doing, [property: Id(2)] long Prefixes,
    [property: Id(3)] double PrefixesPerSecond, [property: Id(4)] string? Error);

/// <summary>The stages of a job.</summary>
public enum JobStage
{
    /// <summary>There is no such job.</summary>
    Unknown,

    /// <summary>Workers are at it.</summary>
    Running,

    /// <summary>The atlas is written.</summary>
    Finished,

    /// <summary>It cannot be done; see the error.</summary>
    Failed,

    /// <summary>Someone stopped it.</summary>
    Cancelled,
}

/// <summary>How a job stands.</summary>
[GenerateSerializer, Immutable, Alias("loci.status")]
public sealed record JobStatus
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public JobStage Stage { get; init; }
    [Id(2)] public string? Error { get; init; }
    [Id(3)] public int Blocks { get; init; }
    [Id(4)] public int BlocksDone { get; init; }
    [Id(5)] public long Prefixes { get; init; }
    [Id(6)] public double Seconds { get; init; }
    [Id(7)] public double WorkSeconds { get; init; }
    [Id(8)] public double WasteSeconds { get; init; }
    [Id(9)] public int LeasesLost { get; init; }
    [Id(10)] public int SecondLeases { get; init; }
    [Id(11)] public int Duplicates { get; init; }
    [Id(12)] public int Fenced { get; init; }
    [Id(13)] public long ResultBytes { get; init; }
    [Id(14)] public int Results { get; init; }
    [Id(15)] public IReadOnlyList<WorkerLine> Workers { get; init; } = [];
    [Id(16)] public string Output { get; init; } = "";
    [Id(17)] public string OutputHash { get; init; } = "";
    [Id(18)] public string Folder { get; init; } = "";
}
