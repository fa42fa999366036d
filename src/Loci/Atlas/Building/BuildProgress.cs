namespace Loci.Atlas.Building;

/// <summary>How far a build is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Done">Prefixes observed, or cells stored.</param>
/// <param name="Total">Of how many; while observing, an estimate from the text read so far.</param>
/// <param name="PerSecond">Prefixes or cells a second in this run, 0 while not yet known.</param>
/// <param name="Left">Expected time to the end, storing included, where known.</param>
public readonly record struct BuildProgress(BuildStage Stage, long Done, long Total, double PerSecond, TimeSpan? Left);

/// <summary>The stages of a build, in order.</summary>
public enum BuildStage
{
    /// <summary>Running the model over the corpus.</summary>
    Observe,

    /// <summary>Reading values and writing cells.</summary>
    Store,
}

/// <summary>What a finished build did and where its time went.</summary>
public sealed record BuildReport
{
    /// <summary>Sentences of the atlas.</summary>
    public long Sentences { get; init; }

    /// <summary>Prefixes of the atlas.</summary>
    public long Prefixes { get; init; }

    /// <summary>Of them, those that this run observed itself, and not one before its checkpoint.</summary>
    public long NewPrefixes { get; init; }

    /// <summary>Seconds in all.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds until all sentences were observed.</summary>
    public double ObserveSeconds { get; init; }

    /// <summary>Time of all workers.</summary>
    public BuildTimes Times { get; init; }
}
