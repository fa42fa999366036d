namespace Loci.Studies;

/// <summary>How a study runs. Only the seed changes its numbers.</summary>
public sealed record StudyOptions
{
    /// <summary>Decides every sample; the same inputs and seed give the same numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Most threads to use, at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told how far the study is, from any thread; null: nobody asks.</summary>
    public IProgress<StudyProgress>? Progress { get; init; }

    /// <summary>Ends the study with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    internal Compute Compute => new(Threads, Cancellation);
}

/// <summary>How far a study is.</summary>
/// <param name="Doing">What it is doing, in a few words.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Of how many.</param>
public readonly record struct StudyProgress(string Doing, long Done, long Total);
